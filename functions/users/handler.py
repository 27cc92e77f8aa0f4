"""The users function: /v1/users."""

from functions.users.env import Env
from functions.users.routes import ACCESS, router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, ACCESS)
