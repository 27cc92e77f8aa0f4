"""The tenants function: /v1/tenants."""

from functions.tenants.env import Env
from functions.tenants.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env)
