"""Subscriptions as several functions answer with them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from tocsin.contract.preferences import preference_set_out
from tocsin.contract.subscriptions import subscription_out
from tocsin.domain.listing import Found
from tocsin.domain.recipients import Recipient, RecipientRef
from tocsin.lambda_kit.answer_size import MAX_ANSWER_BYTES, fitting, size_of
from tocsin.lambda_kit.calls import CallFacts
from tocsin.lambda_kit.pagination import Window, page_info, slice_of_found
from tocsin.usecases.subscribe import Seen


def subscriptions_shown(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """A list that has no pages. If it is too large for one answer, the properties of those who are tied together
    are left out: what was asked for has been done, and the answer must say so."""
    entries = _shown(seen)
    if sum(map(size_of, entries)) <= MAX_ANSWER_BYTES:
        return entries
    return _shown(replace(one, object=_bare(one.object), recipient=_bare(one.recipient)) for one in seen)


def subscriptions_page(
    call: CallFacts, found: Found[Seen], window: Window, include: Sequence[str]
) -> dict[str, Any]:
    """A shorter page where the answer would grow too large."""
    size = fitting(_shown(found.items), window.size)
    page = slice_of_found(found, replace(window, size=size), lambda seen: seen.cursor)
    entries = _shown(page.items)
    if "preferences" in include:
        refs = [one.subscription.recipient for one in page.items]
        preferences = {ref: _preferences(call, ref) for ref in dict.fromkeys(refs)}
        for entry, ref in zip(entries, refs, strict=True):
            entry["recipient"]["preferences"] = preferences[ref]
    return {"entries": entries, "page_info": page_info(page, window.size)}


def _shown(seen: Iterable[Seen]) -> list[dict[str, Any]]:
    return [
        subscription_out(one.subscription, one.object, one.recipient)
        for one in seen
        if one.object is not None and one.recipient is not None
    ]


def _bare(recipient: Recipient | None) -> Recipient | None:
    return replace(recipient, properties={}) if recipient else None


def _preferences(call: CallFacts, ref: RecipientRef) -> list[dict[str, Any]]:
    return [preference_set_out(one) for one in call.services.preferences.all(call.env, ref)]
