"""The objects function: /v1/objects."""

from functions.objects.access import ACCESS
from functions.objects.env import Env
from functions.objects.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, ACCESS)
