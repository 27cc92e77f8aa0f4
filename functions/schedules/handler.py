"""The schedules function: /v1/schedules."""

from functions.schedules.env import Env
from functions.schedules.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env)
