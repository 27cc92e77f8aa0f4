"""All routes of the management API."""

from functions.management import (
    account,
    channels,
    commits,
    guides,
    keys,
    layouts,
    preferences,
    signing_keys,
    workflows,
)
from functions.management.router import ACCESS, router

__all__ = [
    "ACCESS",
    "account",
    "channels",
    "commits",
    "guides",
    "keys",
    "layouts",
    "preferences",
    "router",
    "signing_keys",
    "workflows",
]
