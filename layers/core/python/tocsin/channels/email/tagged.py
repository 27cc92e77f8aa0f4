"""Events of emails: the tags that went with an email say whose message it is."""

from collections.abc import Mapping
from typing import Any

from tocsin.channels.email.tags import ENVIRONMENT_TAG, MESSAGE_TAG
from tocsin.channels.hooks import Hook, Subject, text_at


def tagged(hook: Hook, tags: Any, external_id: str, address: str = "") -> Subject | None:
    """None for emails that are not ours, or of another environment: vendors tell of all that an account sends."""
    if not isinstance(tags, Mapping) or tags.get(ENVIRONMENT_TAG) != hook.environment:
        return None
    return hook.about(text_at(tags, MESSAGE_TAG), external_id, address)
