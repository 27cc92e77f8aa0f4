"""Pages that people reach by a link in a message: plain HTML that needs no script and that every reader can read."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby

from tocsin.domain.preference_center import Path, Toggle
from tocsin.domain.preferences import CATEGORIES, CHANNEL_TYPES, COMMERCIAL, WORKFLOWS

ASKED, ON = "asked", "on"
CHANNEL_NAMES = {
    "chat": "Chat",
    "email": "Email",
    "http": "Webhooks",
    "in_app_feed": "In the app",
    "push": "Push notifications",
    "sms": "Text messages",
}
_HEADINGS = {
    CATEGORIES: "Topics",
    WORKFLOWS: "Notifications",
    CHANNEL_TYPES: "Where to reach you",
    COMMERCIAL: "Promotions",
}
_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;color:#18181b;background:#fff;max-width:36rem;margin:3rem auto;"
    "padding:0 1rem}fieldset{border:1px solid #d4d4d8;border-radius:.5rem;margin:0 0 1rem;padding:.5rem 1rem}"
    "legend{font-weight:600;padding:0 .25rem}label{display:block;padding:.35rem 0}"
    "button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:.5rem;background:#18181b;color:#fff}"
    "[role=status]{padding:.6rem 1rem;border-radius:.5rem;background:#dcfce7}small{color:#52525b}"
)


def message_page(title: str, text: str) -> str:
    return _page(title, f"<p>{escape(text)}</p>")


def unsubscribe_page() -> str:
    """Asks before anything happens: programs that check links open them, too."""
    return _page(
        "Unsubscribe?",
        "<p>You will get no more promotional messages from us. Others, such as receipts, still reach you.</p>"
        '<form method="post"><button>Unsubscribe</button></form>',
    )


def preferences_page(toggles: Sequence[Toggle], *, is_saved: bool) -> str:
    saved = '<p role="status">Your preferences are saved.</p>' if is_saved else ""
    groups = groupby(toggles, key=lambda toggle: _heading(toggle.path))
    fields = "".join(_fieldset(heading, list(group)) for heading, group in groups)
    return _page(
        "Notification preferences",
        f'{saved}<form method="post">{fields}<button>Save preferences</button></form>',
    )


def _heading(path: Path) -> str:
    """What is chosen by channel has a group of its own."""
    return _words(path[1]) if len(path) > 2 else _HEADINGS[path[0]]


def _fieldset(heading: str, toggles: Iterable[Toggle]) -> str:
    return f"<fieldset><legend>{escape(heading)}</legend>{''.join(map(_switch, toggles))}</fieldset>"


def _switch(toggle: Toggle) -> str:
    name = escape(toggle.name)
    checked = " checked" if toggle.is_on else ""
    if toggle.is_fixed:
        return (
            f'<label><input type="checkbox" disabled{checked}> {escape(_label(toggle.path))}'
            " <small>(set for you)</small></label>"
        )
    return (
        f'<input type="hidden" name="{ASKED}" value="{name}">'
        f'<label><input type="checkbox" name="{ON}" value="{name}"{checked}> {escape(_label(toggle.path))}</label>'
    )


def _label(path: Path) -> str:
    if path == (COMMERCIAL,):
        return "Promotional messages"
    return CHANNEL_NAMES.get(path[-1], path[-1]) if CHANNEL_TYPES in path else _words(path[-1])


def _words(key: str) -> str:
    """A key as a person reads it: `new-comments` is «New comments»."""
    text = key.replace("-", " ").replace("_", " ").strip()
    return text[:1].upper() + text[1:]


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
