"""Which branches there are. What is in them lies with the definitions."""

from tocsin.domain.branches import Branch
from tocsin.domain.clock import from_iso, to_iso
from tocsin.store import keys
from tocsin.store.table import ABSENT, Delete, Item, Put, Table


class BranchStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, env: str, slug: str) -> Branch | None:
        """Consistent: one that was deleted a moment ago is gone."""
        item = self._table.get((keys.branches(env), slug), consistent=True)
        return _from_item(item) if item else None

    def all(self, env: str) -> list[Branch]:
        return [_from_item(item) for item in self._table.query_all(keys.branches(env), consistent=True)]

    def create(self, env: str, branch: Branch) -> None:
        """ConflictError where there is one of that slug."""
        item = {
            "pk": keys.branches(env),
            "sk": branch.slug,
            "id": branch.id,
            "created_at": to_iso(branch.created_at),
        }
        self._table.put(Put(item, ABSENT))

    def delete(self, env: str, branch: Branch) -> None:
        """ConflictError where the slug is another branch's by now; nothing where it is nobody's."""
        only_if = f"{ABSENT} OR id = :id"
        self._table.delete(Delete((keys.branches(env), branch.slug), only_if, {":id": branch.id}))


def _from_item(item: Item) -> Branch:
    return Branch(item["id"], item["sk"], from_iso(item["created_at"]))
