"""The management function: workflows, email layouts, commits, channels and environments, for service tokens."""

from functools import partial
from typing import Any

from functions.management.access import ACCESS
from functions.management.env import Env
from functions.management.groups import GROUPS, group_of, router_of
from tocsin.domain.made_when_asked import MadeWhenAsked
from tocsin.lambda_kit.api import Event, Handler, api_handler
from tocsin.lambda_kit.router import Router


def _handler(group: str) -> Handler:
    return api_handler(router_of(group), Env, ACCESS)


_handlers = MadeWhenAsked({group: partial(_handler, group) for group in GROUPS})
_elsewhere = api_handler(Router(), Env, ACCESS)


def lambda_handler(event: Event, context: Any) -> Event:
    group = group_of(event.get("rawPath", "/"))
    handler = _handlers[group] if group in GROUPS else _elsewhere
    return handler(event, context)
