"""Guides: what a user is shown inside the product, and what they did with it."""

from constructs import Construct

from functions.guides.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Guides(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "guides", Env, resources)
        self.may_write_table()
