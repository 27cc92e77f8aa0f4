"""All routes of the management API."""

from functions.management import account, commits, guides, keys, layouts, preferences, signing_keys, workflows
from functions.management.router import ACCESS, router

__all__ = [
    "ACCESS",
    "account",
    "commits",
    "guides",
    "keys",
    "layouts",
    "preferences",
    "router",
    "signing_keys",
    "workflows",
]
