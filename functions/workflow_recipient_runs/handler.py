"""The workflow_recipient_runs function: /v1/workflow_recipient_runs."""

from functions.workflow_recipient_runs.env import Env
from functions.workflow_recipient_runs.routes import ACCESS, router
from tocsin.lambda_kit.api import api_handler

lambda_handler = api_handler(router, Env, ACCESS)
