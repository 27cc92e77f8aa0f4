"""All routes of the objects function, and who may call them."""

import re

from functions.objects import bulk, channel_data, objects, preferences, subscriptions
from functions.objects.router import router
from tocsin.domain.environments import KeyKind
from tocsin.lambda_kit.authentication import Access

__all__ = ["ACCESS", "bulk", "channel_data", "objects", "preferences", "router", "subscriptions"]

_CHANNEL_DATA = re.compile(r"/v1/objects/[^/]+/[^/]+/channel_data/[^/]+")
ACCESS = Access(
    kinds=frozenset({KeyKind.SECRET}),
    public_routes=(
        ("GET", _CHANNEL_DATA),
        ("PUT", _CHANNEL_DATA),
        ("DELETE", _CHANNEL_DATA),
    ),
)
