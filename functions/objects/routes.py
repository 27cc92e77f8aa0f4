"""All routes of the objects function."""

from functions.objects import bulk, channel_data, objects, preferences, subscriptions
from functions.objects.router import router

__all__ = ["bulk", "channel_data", "objects", "preferences", "router", "subscriptions"]
