"""Audiences: who belongs to them."""

from constructs import Construct

from functions.audiences.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Audiences(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "audiences", Env, resources)
        self.may_write_table()
