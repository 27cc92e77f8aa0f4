"""The integrations function: events that services outside send, each source with a secret of its own."""

from functions.integrations.env import Env
from functions.integrations.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, access=None)
