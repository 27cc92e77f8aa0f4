"""The workflows function: trigger and cancel."""

from functions.workflows.env import Env
from functions.workflows.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env)
