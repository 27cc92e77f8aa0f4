"""Bulk operations: how far they are."""

from constructs import Construct

from functions.bulk_operations.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class BulkOperations(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "bulk_operations", Env, resources)
        self.may_write_table()
