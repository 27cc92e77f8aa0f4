"""The messages function: /v1/messages and the messages of a user."""

from functions.messages.env import Env
from functions.messages.routes import ACCESS, router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, ACCESS)
