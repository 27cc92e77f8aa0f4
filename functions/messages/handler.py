"""The messages function: /v1/messages and the messages of a user."""

from functions.messages.access import ACCESS
from functions.messages.env import Env
from functions.messages.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, ACCESS)
