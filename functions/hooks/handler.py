"""The hooks function: /v1/receipts, which vendors call."""

from functions.hooks.env import Env
from functions.hooks.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, access=None)
