"""The audiences function: /v1/audiences."""

from functions.audiences.env import Env
from functions.audiences.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env)
