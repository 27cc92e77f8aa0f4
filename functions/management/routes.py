"""All routes of the management API."""

from functions.management import account, commits, layouts, preferences, workflows
from functions.management.router import ACCESS, router

__all__ = ["ACCESS", "account", "commits", "layouts", "preferences", "router", "workflows"]
