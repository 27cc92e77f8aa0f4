"""The bulk_operations function: /v1/bulk_operations."""

from functions.bulk_operations.env import Env
from functions.bulk_operations.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env)
