"""All routes of the management API."""

from functions.management import (
    account,
    branches,
    channel_groups,
    channels,
    commits,
    environments,
    guides,
    keys,
    layouts,
    message_types,
    partials,
    preferences,
    previews,
    signing_keys,
    translations,
    variables,
    workflows,
)
from functions.management.router import ACCESS, router

__all__ = [
    "ACCESS",
    "account",
    "branches",
    "channel_groups",
    "channels",
    "commits",
    "environments",
    "guides",
    "keys",
    "layouts",
    "message_types",
    "partials",
    "preferences",
    "previews",
    "router",
    "signing_keys",
    "translations",
    "variables",
    "workflows",
]
