"""Which modules have the routes of a path's first segment, so that those are loaded which are called.

Each kind of definition brings its models and what checks it; all of them would be two fifths of the function's start.
"""

from collections.abc import Mapping
from importlib import import_module

from tocsin.lambda_kit.router import Router, joined

GROUPS: Mapping[str, tuple[str, ...]] = {
    "api_keys": ("keys",),
    "audiences": ("audiences", "audience_triggers"),
    "branches": ("branches",),
    "branding": ("account",),
    "channel_groups": ("channel_groups",),
    "channels": ("channels",),
    "commits": ("commits",),
    "dead_letters": ("dead_letters",),
    "email_layouts": ("layouts", "previews"),
    "environments": ("environments", "preferences", "request_secrets", "signing_keys"),
    "guides": ("guides",),
    "message_types": ("message_types",),
    "partials": ("partials",),
    "sources": ("sources",),
    "templates": ("previews",),
    "translations": ("translations",),
    "variables": ("variables",),
    "webhooks": ("webhooks",),
    "whoami": ("account",),
    "workflows": ("workflows", "previews"),
}


def group_of(path: str) -> str:
    """`workflows` of `/v1/workflows/welcome`."""
    return path.removeprefix("/v1/").partition("/")[0]


def router_of(group: str) -> Router:
    """With the routes of its modules, which may have some of another group's as well; empty for no group of ours."""
    modules = (import_module(f"functions.management.{name}") for name in GROUPS.get(group, ()))
    return joined(module.router for module in modules)
