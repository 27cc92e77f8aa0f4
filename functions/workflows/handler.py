"""The workflows function: trigger, cancel and test run."""

from functions.workflows.access import ACCESS
from functions.workflows.env import Env
from functions.workflows.routes import router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, ACCESS)
