"""All routes of the management API, for its document; the function itself loads the groups that are called."""

from functions.management.groups import GROUPS, router_of
from tocsin.lambda_kit.router import joined

router = joined(map(router_of, GROUPS))
