"""What the functions for users, objects and tenants share: pages of recipients, stores for what comes inline."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from aws_lambda_powertools.event_handler import Response

from tocsin.contract.preferences import preference_set_out
from tocsin.contract.users import RecipientsQuery
from tocsin.domain.listing import Span, collect
from tocsin.domain.recipients import Recipient
from tocsin.lambda_kit.answer_size import fitting
from tocsin.lambda_kit.calls import CallFacts
from tocsin.lambda_kit.pagination import PageQuery, Slice, page_info, slice_of_found, window_of
from tocsin.lambda_kit.responses import json_response
from tocsin.store.keys import MAX_SORT_KEY_BYTES
from tocsin.store.recipients import list_id

_LIST_ID = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z .+", re.DOTALL)

Show = Callable[[Recipient], dict[str, Any]]


def recipients_page(
    call: CallFacts, collection: str, query: RecipientsQuery, show: Show, *, rising: bool = False
) -> Response[Any]:
    """A page of a collection by when its recipients were made, the last one first unless the list is `rising`."""

    def rows(span: Span) -> Iterable[Recipient]:
        return call.services.recipients.listed(call.env, collection, span, query.page_size + 1)

    page = page_of(query, rows, rising=rising)
    entries = [show(recipient) for recipient in page.items]
    if "preferences" in query.include:
        for recipient, entry in zip(page.items, entries, strict=True):
            sets = call.services.preferences.all(call.env, recipient.ref)
            entry["preferences"] = [preference_set_out(one) for one in sets]
    return json_response({"entries": entries, "page_info": page_info(page, query.page_size)})


def page_of(
    query: PageQuery,
    rows: Callable[[Span], Iterable[Recipient]],
    matches: Callable[[Recipient], bool] = lambda _: True,
    *,
    rising: bool = False,
) -> Slice[Recipient]:
    """A shorter page where the answer would grow too large."""
    window = window_of(query, _is_list_id)
    span = window.rising_span if rising else window.span
    found = collect(rows(span), matches, window.size, list_id)
    size = fitting([recipient.properties for recipient in found.items], window.size)
    return slice_of_found(found, replace(window, size=size), list_id)


def _is_list_id(text: str) -> bool:
    return _LIST_ID.fullmatch(text) is not None and len(text.encode()) <= MAX_SORT_KEY_BYTES
