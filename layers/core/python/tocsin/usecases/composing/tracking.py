"""Whether a message's links are tracked: where its channel says so, unless the step says otherwise.

Links are wrapped where a message is rendered, not where it is sent: what is stored is what arrives and what is shown,
an in-app message is sent by nobody, and a step that is repeated makes the same links again.
"""

from functools import partial

from tocsin.domain.providers import LINK_TRACKING, OPEN_TRACKING
from tocsin.domain.signed_links import Links, ShortLink
from tocsin.engine.context import Reaching
from tocsin.rendering.tracked_links import Wrap


class Shortener:
    """Shortens URLs, and keeps what must be stored for the short ones to lead anywhere."""

    def __init__(self, links: Links, message_id: str) -> None:
        self._links = links
        self._message_id = message_id
        self._made: dict[str, ShortLink] = {}

    def __call__(self, url: str) -> str:
        link = self._links.short(self._message_id, url)
        if link is None:
            return url
        self._made[link.key] = link
        return self._links.short_url(link)

    @property
    def made(self) -> tuple[ShortLink, ...]:
        return tuple(self._made.values())


def tracker(links: Links, reaching: Reaching) -> Wrap | None:
    """What makes a tracked link of a URL; None where nobody wants to know."""
    return partial(links.click, _message_id(reaching)) if _wants(reaching, LINK_TRACKING) else None


def shortener(links: Links, reaching: Reaching) -> Shortener | None:
    """The same for texts that must be short."""
    return Shortener(links, _message_id(reaching)) if _wants(reaching, LINK_TRACKING) else None


def pixel(links: Links, reaching: Reaching) -> str | None:
    """The URL of the picture that tells of an opened email; None where nobody wants to know."""
    return links.open(_message_id(reaching)) if _wants(reaching, OPEN_TRACKING) else None


def _wants(reaching: Reaching, switch: str) -> bool:
    return reaching.settings.get(switch) is True


def _message_id(reaching: Reaching) -> str:
    message_id: str = reaching.scope["current_message"]["id"]
    return message_id
