"""Tracked links, short ones, and the picture that tells of an opened email.

Whoever follows a link arrives, whether or not we can write it down.
"""

from base64 import b64decode
from collections.abc import Callable
from urllib.parse import quote

from functions.links.answers import INVALID
from tocsin.domain.signed_links import SHORT_KEY, Purpose
from tocsin.lambda_kit.observability import note
from tocsin.lambda_kit.pages import Page, Visit
from tocsin.lambda_kit.services import Services
from tocsin.usecases.mark_messages import MarkPorts
from tocsin.usecases.track_engagement import track_click, track_opening

# One transparent pixel.
PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
# What may stand in a URL as it is; everything else is written in a header's letters.
_AS_WRITTEN = "%:/?#[]@!$&'()*+,;=-._~"


def follow(services: Services, visit: Visit) -> Page:
    said = services.link_keys().read(Purpose.CLICK, visit.token)
    if said is None:
        return INVALID
    env, message_id, url = said
    return _lead(services, visit, env, message_id, url)


def follow_short(services: Services, visit: Visit) -> Page:
    link = services.short_links.get(visit.token) if SHORT_KEY.fullmatch(visit.token) else None
    if link is None:
        return INVALID
    return _lead(services, visit, link.environment, link.message_id, link.url)


def opened(services: Services, visit: Visit) -> Page:
    """A picture in any case: nobody can read an error in its place."""
    said = services.link_keys().read(Purpose.OPEN, visit.token)
    if said is not None and visit.is_by_a_person:
        env, message_id = said
        _noted(lambda: track_opening(_ports(services), env, message_id, services.clock()))
    return Page(PIXEL, content_type="image/gif")


def _lead(services: Services, visit: Visit, env: str, message_id: str, url: str) -> Page:
    if visit.is_by_a_person:
        _noted(lambda: track_click(_ports(services), env, message_id, url, services.clock()))
    return Page(status=302, headers={"location": quote(url, safe=_AS_WRITTEN)})


def _noted(track: Callable[[], None]) -> None:
    try:
        track()
    except Exception as error:  # noqa: BLE001 - a click that cannot be counted still leads somewhere
        note(not_tracked=repr(error))


def _ports(services: Services) -> MarkPorts:
    return MarkPorts(services.message_lists, services.messages, services.feeds, services.clock)
