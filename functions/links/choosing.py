"""Unsubscribing and preferences. To look changes nothing, to send the form does: programs that check links only look,
and the mail program's own button sends (RFC 8058)."""

from functions.links.answers import INVALID, NOBODY
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.signed_links import Purpose
from tocsin.lambda_kit.pages import Page, Visit
from tocsin.lambda_kit.services import Services
from tocsin.rendering.web_pages import ASKED, ON, message_page, preferences_page, unsubscribe_page
from tocsin.usecases.own_choices import choices, choose, unsubscribe
from tocsin.usecases.set_preferences import PreferencePorts


def unsubscribing(services: Services, visit: Visit) -> Page:
    said = services.link_keys().read(Purpose.UNSUBSCRIBE, visit.token)
    if said is None:
        return INVALID
    if visit.method != "POST":
        return Page(unsubscribe_page())
    env, collection, recipient_id = said
    unsubscribe(_ports(services), env, RecipientRef(collection, recipient_id), services.clock())
    return Page(message_page("You are unsubscribed", "You will get no more promotional messages from us."))


def preferences(services: Services, visit: Visit) -> Page:
    said = services.link_keys().read(Purpose.PREFERENCES, visit.token)
    if said is None:
        return INVALID
    env, collection, recipient_id = said
    ports, ref, is_sent = _ports(services), RecipientRef(collection, recipient_id), visit.method == "POST"
    if is_sent:
        form = visit.form
        asked, on = (frozenset(form.get(name, ())) for name in (ASKED, ON))
        found = choose(ports, env, ref, asked, on, services.clock())
    else:
        found = choices(ports, env, ref)
    return NOBODY if found is None else Page(preferences_page(found, is_saved=is_sent))


def _ports(services: Services) -> PreferencePorts:
    return PreferencePorts(services.recipients, services.preferences)
