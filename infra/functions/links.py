"""Where the links in people's messages lead: clicks, opened emails, unsubscribing, preferences. Open to everybody, and
every link is signed."""

from constructs import Construct

from functions.links.env import Env
from infra.resources import Resources
from infra.service_function import ApiFunction


class Links(ApiFunction):
    def __init__(self, scope: Construct, resources: Resources) -> None:
        super().__init__(scope, "links", Env, resources)
        self.may_write_recipients()
        self.may_sign_links()
