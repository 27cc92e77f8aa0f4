"""The openapi function: GET /v1/openapi, and the 404 of every path that no other function serves."""

from functions.openapi.env import Env
from functions.openapi.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, access=None)
