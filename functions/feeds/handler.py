"""The feeds function: /v1/users/{user_id}/feeds."""

from functions.feeds.access import ACCESS
from functions.feeds.env import Env
from functions.feeds.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, ACCESS)
