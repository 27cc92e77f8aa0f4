"""The guides function: /v1/users/{user_id}/guides."""

from functions.guides.access import ACCESS
from functions.guides.env import Env
from functions.guides.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, ACCESS)
