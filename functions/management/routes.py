"""All routes of the management API."""

from functions.management import (
    account,
    channels,
    commits,
    environments,
    guides,
    keys,
    layouts,
    preferences,
    signing_keys,
    variables,
    workflows,
)
from functions.management.router import ACCESS, router

__all__ = [
    "ACCESS",
    "account",
    "channels",
    "commits",
    "environments",
    "guides",
    "keys",
    "layouts",
    "preferences",
    "router",
    "signing_keys",
    "variables",
    "workflows",
]
