"""Services by Apprise that can be told to call the sink, for the conformance suite: they stand for all of them."""

from collections.abc import Callable
from typing import Any

from tests.builders.http_sink import Sink, answer
from tests.builders.play import HOOK, HTTP_REFUSALS, SECRETS, Play
from tests.builders.plays_chat import NO_HTTP, content
from tocsin.channels.chat import apprise_calls as apprise

MARKDOWN, TEXT = "Hi **you**, [see](https://a.test) ✓", "Hi you, see (https://a.test) ✓"


def apprise_content(summary: str | None = None) -> dict[str, Any]:
    made = content(MARKDOWN, summary=summary)
    made["template"]["blocks"][0]["text"] = TEXT
    return made


def at(scheme: str, path: str, credentials: str = "") -> Callable[[Sink], dict[str, Any]]:
    return lambda sink: {
        "incoming_webhook": {"url": f"{scheme}://{credentials}{sink.host}:{sink.port}{path}"}
    }


def _play(connection: Callable[[Sink], dict[str, Any]], summary: str | None = None) -> Play:
    return Play(
        key="chat_apprise",
        service=apprise.SERVICE,
        content=apprise_content(summary),
        connection=connection,
        taken=answer(200),
        external_id="",
        refusals=HTTP_REFUSALS,
        malformed=NO_HTTP,
        shown_path=apprise.SHOWN_PATH,
    )


APPRISE_PLAYS = {
    "chat_apprise_json": _play(at("json", f"{HOOK}?format=markdown"), "A greeting"),
    "chat_apprise_ntfy": _play(at("ntfy", "/orders?format=markdown", f"jane:{SECRETS['api_key']}@")),
    "chat_apprise_gotify": _play(at("gotify", f"/{SECRETS['api_token']}"), "A greeting"),
}
