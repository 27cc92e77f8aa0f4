"""Links in messages, followed as API Gateway hands them on: nobody has a key, all have what was signed for them."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest

from functions.links.handler import lambda_handler
from tests.builders.account import EMAIL_CHANNEL
from tests.builders.logs import written
from tests.builders.messages import ENV, START, a_draft, an_email, put
from tocsin.domain.channels import SMS
from tocsin.domain.messages import Message
from tocsin.domain.preferences import DEFAULT, PreferenceSet
from tocsin.domain.recipients import RecipientRef, user
from tocsin.domain.signed_links import LinkKeys, Links
from tocsin.lambda_kit.pages import MAX_FIELDS
from tocsin.lambda_kit.services import Services
from tocsin.store import keys
from tocsin.usecases.identify import identify
from tocsin.usecases.set_preferences import set_default_preferences

URL = "https://app.test/orders/7?a=1"
JANE = user("jane")
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture
def links(services: Services, link_keys: LinkKeys) -> Links:
    return Links("https://tocsin.test", ENV, lambda: link_keys)


def visit(link: str, method: str = "GET", body: str = "", **headers: str) -> dict[str, Any]:
    event = {
        "rawPath": link.removeprefix("https://tocsin.test"),
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method}},
        "body": base64.b64encode(body.encode()).decode(),
        "isBase64Encoded": True,
    }
    return lambda_handler(event, None)


def message(services: Services, message_id: str) -> Message:
    found = services.message_lists.find(ENV, message_id)
    assert found is not None
    return found


def happened(services: Services, message_id: str) -> list[tuple[str, Any]]:
    events = message(services, message_id).events
    return [(event.type, event.data) for event in events if event.type in ("read", "link_clicked")]


def settings(services: Services) -> dict[str, Any]:
    found = services.preferences.get_many(ENV, JANE, [DEFAULT]).get(DEFAULT)
    return found.settings if found else {}


def test_a_click_is_written_down_with_its_url_and_leads_there(services: Services, links: Links) -> None:
    [message_id] = put(services, an_email(1))

    answer = visit(links.click(message_id, URL))

    assert (answer["statusCode"], answer["headers"]["location"]) == (302, URL)
    assert answer["headers"]["cache-control"] == "no-store"
    assert happened(services, message_id) == [("link_clicked", {"url": URL})]


def test_a_click_in_a_text_message_by_its_short_link_tells_that_it_was_read(
    services: Services, links: Links
) -> None:
    [message_id] = put(services, a_draft(1, channel_type=SMS))
    link = links.short(message_id, URL)
    assert link is not None
    services.short_links.put_all([link, link])

    answer = visit(links.short_url(link))

    assert (answer["statusCode"], answer["headers"]["location"]) == (302, URL)
    assert happened(services, message_id) == [("read", None), ("link_clicked", {"url": URL})]


def test_a_click_in_a_feed_is_no_reading_and_keeps_its_counters(services: Services, links: Links) -> None:
    [message_id] = put(services, a_draft(1))

    visit(links.click(message_id, URL))

    assert happened(services, message_id) == [("link_clicked", {"url": URL})]


LOOKS_AHEAD: list[dict[str, str]] = [
    {"method": "HEAD"},
    {"Sec_Purpose": "prefetch;prerender"},
    {"purpose": "prefetch"},
    {"X_Purpose": "preview"},
    {"X_Moz": "prefetch"},
    {"User_Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
    {"User_Agent": "TelegramBot (like TwitterBot)"},
    {"User_Agent": "WhatsApp/2.23.20.0"},
]


def test_who_looks_ahead_arrives_and_has_not_clicked(services: Services, links: Links) -> None:
    [message_id] = put(services, an_email(1))
    for how in LOOKS_AHEAD:
        assert visit(links.click(message_id, URL), **how)["headers"]["location"] == URL
        assert visit(links.open(message_id), **how)["statusCode"] == 200

    assert happened(services, message_id) == []


def test_an_opened_email_is_read_by_a_picture_that_nobody_keeps(services: Services, links: Links) -> None:
    [message_id] = put(services, an_email(1))

    answer = visit(links.open(message_id))

    assert (answer["headers"]["content-type"], answer["isBase64Encoded"]) == ("image/gif", True)
    assert base64.b64decode(answer["body"]).startswith(b"GIF89a")
    assert answer["headers"]["cache-control"] == "no-store"
    assert happened(services, message_id) == [("read", None)]


def test_links_outlive_their_message(services: Services, links: Links) -> None:
    gone = "2nB5Yb6Ym6TzJ8vQ0dXlE1kRfGh"

    assert visit(links.click(gone, "https://bücher.test/ü?q=a b".replace(" ", "+")))["headers"][
        "location"
    ] == ("https://b%C3%BCcher.test/%C3%BC?q=a+b")
    assert visit(links.open(gone))["statusCode"] == 200


def test_a_click_leads_on_even_where_it_cannot_be_written_down(services: Services, links: Links) -> None:
    [message_id] = put(services, an_email(1))
    broken = {"pk": "broken", "sk": "broken", keys.ISK: message_id}
    place = keys.messages_shard(ENV, keys.shard_of(message_id, services.shards))
    services.table.delete_all(
        [(keys.recipient(ENV, "$users", "jane"), keys.message(EMAIL_CHANNEL, message_id))]
    )
    services.table.put_all([{**broken, keys.IPK: place}])

    assert visit(links.click(message_id, URL))["headers"]["location"] == URL


@pytest.mark.parametrize("what", ["l", "s", "u", "p", "x"])
def test_a_link_that_nobody_signed_leads_nowhere(services: Services, links: Links, what: str) -> None:
    elsewhere = Links("https://tocsin.test", ENV, lambda: LinkKeys((b"somebody else's",)))
    forged = elsewhere.click("m", "https://evil.test").rpartition("/")[2]
    for token in (forged, "https://evil.test", "//evil.test", "0123456789", ""):
        for method in ("GET", "POST"):
            answer = visit(f"/{what}/{token}", method)
            assert answer["statusCode"] == 404
            assert "location" not in answer["headers"]
            assert "evil" not in answer["body"]


def test_to_look_at_the_page_unsubscribes_nobody_and_to_send_it_does_once(
    services: Services, links: Links
) -> None:
    identify(services.recipients, ENV, JANE, {}, START)
    link = links.unsubscribe(JANE)

    for method in ("GET", "HEAD"):
        assert visit(link, method)["statusCode"] == 200
    assert settings(services) == {}

    assert "unsubscribed" in visit(link, "POST", ONE_CLICK)["body"]
    [before] = services.preferences.all(ENV, JANE)
    assert "unsubscribed" in visit(link, "POST", ONE_CLICK)["body"]
    [after] = services.preferences.all(ENV, JANE)
    assert before == after == PreferenceSet(DEFAULT, {"commercial_subscribed": False}, before.version)


def test_unsubscribing_keeps_everything_else_that_was_said(services: Services, links: Links) -> None:
    identify(services.recipients, ENV, JANE, {}, START)
    said = {"categories": {"news": False}, "commercial_subscribed": True}
    services.preferences.put(ENV, JANE, PreferenceSet(DEFAULT, said), START)

    visit(links.unsubscribe(JANE), "POST", ONE_CLICK)

    assert settings(services) == {"categories": {"news": False}, "commercial_subscribed": False}


def test_a_link_makes_nobody_who_was_deleted(services: Services, links: Links) -> None:
    assert visit(links.unsubscribe(JANE), "POST", ONE_CLICK)["statusCode"] == 200
    assert visit(links.preferences(JANE), "POST", "")["statusCode"] == 404
    assert visit(links.preferences(JANE))["statusCode"] == 404

    assert services.recipients.get(ENV, JANE) is None


def test_a_link_of_one_environment_changes_nothing_in_another(
    services: Services, link_keys: LinkKeys
) -> None:
    identify(services.recipients, ENV, JANE, {}, START)

    visit(Links("https://tocsin.test", "production", lambda: link_keys).unsubscribe(JANE), "POST", ONE_CLICK)

    assert settings(services) == {}


@pytest.mark.parametrize("ref", [JANE, RecipientRef("projects", "p/1 ü")], ids=["user", "object"])
def test_the_page_of_preferences_shows_the_choices_and_saves_what_was_changed(
    services: Services, links: Links, ref: RecipientRef
) -> None:
    identify(services.recipients, ENV, ref, {}, START)
    set_default_preferences(services.preferences, ENV, {"categories": {"news": True, "tips": True}}, START)
    services.preferences.put(ENV, ref, PreferenceSet(DEFAULT, {"workflows": {"mine": False}}), START)
    link = links.preferences(ref)

    page = visit(link)
    assert "News" in page["body"]
    assert "mine" not in page["body"]
    assert "form-action 'self'" in page["headers"]["content-security-policy"]
    asked = ['["categories","news"]', '["categories","tips"]', '["commercial_subscribed"]']
    form = urlencode({"asked": asked, "on": asked[1:]}, doseq=True)
    saved = visit(link, "POST", form)

    assert "Your preferences are saved." in saved["body"]
    [held] = services.preferences.all(ENV, ref)
    assert held.settings == {"workflows": {"mine": False}, "categories": {"news": False}}


def test_a_form_is_read_for_good_links_alone_and_up_to_what_a_page_of_ours_may_have(
    services: Services, links: Links
) -> None:
    """Otherwise anybody could have megabytes of it taken apart."""
    identify(services.recipients, ENV, JANE, {}, START)
    link, endless = links.preferences(JANE), "asked=1&" * (MAX_FIELDS + 1)

    assert visit(f"{link}x", "POST", endless)["statusCode"] == 404
    assert visit(links.unsubscribe(JANE), "POST", endless)["statusCode"] == 200
    assert visit(link, "POST", endless)["statusCode"] == 500


def test_no_log_has_a_token(services: Services, links: Links) -> None:
    link = links.unsubscribe(JANE)

    with written() as log:
        visit(link, "POST", ONE_CLICK)

    assert '"path":"/u"' in log.getvalue()
    assert link.rpartition("/")[2] not in log.getvalue()
