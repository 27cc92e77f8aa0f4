"""Short links of text messages. They never expire, and outlive their message."""

from collections.abc import Iterable

from tocsin.domain.signed_links import ShortLink
from tocsin.store import keys
from tocsin.store.table import Item, Table


class ShortLinkStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, key: str) -> ShortLink | None:
        row = self._table.get((keys.short_link(key), keys.SHORT_LINK))
        return ShortLink(key, row["environment"], row["message_id"], row["url"]) if row else None

    def put_all(self, links: Iterable[ShortLink]) -> None:
        """A repeat writes the same rows. Two links of one key are one in a billion where there are a billion links, and
        then the later one holds."""
        rows = {link.key: _to_item(link) for link in links}
        self._table.put_all(rows.values())


def _to_item(link: ShortLink) -> Item:
    return {
        "pk": keys.short_link(link.key),
        "sk": keys.SHORT_LINK,
        "environment": link.environment,
        "message_id": link.message_id,
        "url": link.url,
    }
