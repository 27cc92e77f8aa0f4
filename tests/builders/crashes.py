"""A table that breaks at its n-th write, as a function that is killed half-way leaves it."""

from typing import Any

from tocsin.store.table import Table


class CrashError(Exception):
    pass


class CrashingTable(Table):
    """Writes before the n-th are done, the n-th and all that follow are not."""

    def __init__(self, table: Table, writes_until_crash: int) -> None:
        super().__init__(table._client, table._name)
        self.left = writes_until_crash

    def _count(self) -> None:
        if self.left == 0:
            raise CrashError
        self.left -= 1

    def put(self, put: Any) -> None:
        self._count()
        super().put(put)

    def delete(self, delete: Any) -> bool:
        self._count()
        return super().delete(delete)

    def delete_all(self, keys: Any) -> None:
        wanted = list(keys)
        if wanted:
            self._count()
            super().delete_all(wanted)

    def transact(self, writes: Any) -> None:
        self._count()
        super().transact(writes)
