"""The API's own document, and the answer to every path that nothing else serves."""

from constructs import Construct

from functions.openapi.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class OpenApi(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "openapi", Env, resources)
        self.may_read_table()
