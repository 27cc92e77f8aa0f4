"""All routes of the management API."""

from functions.management import account, commits, layouts, workflows
from functions.management.router import ACCESS, router

__all__ = ["ACCESS", "account", "commits", "layouts", "router", "workflows"]
