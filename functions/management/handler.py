"""The management function: workflows, email layouts, commits, channels and environments, for service tokens."""

from functions.management.env import Env
from functions.management.routes import ACCESS, router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, ACCESS)
