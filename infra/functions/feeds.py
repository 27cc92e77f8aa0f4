"""The in-app feed of a user. A fetch folds new items into the counts, so reading writes."""

from constructs import Construct

from functions.feeds.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Feeds(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "feeds", Env, resources)
        self.may_write_table()
        self.may_read_payloads()
