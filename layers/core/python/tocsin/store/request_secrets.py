"""Secrets that requests of fetch steps are signed with, in the partition that only runs read."""

from collections.abc import Iterable

from tocsin.domain.environments import Environment
from tocsin.store import keys
from tocsin.store.account import environment_put
from tocsin.store.table import Delete, Key, Put, Table


class RequestSecretStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, environment: Environment, name: str, secret: str, gone: Iterable[str]) -> None:
        """With the environment that knows it by its name, by compare-and-set, and without those that are gone."""
        pk, sk = _place(environment.slug, name)
        deletes = [Delete(_place(environment.slug, old)) for old in gone]
        self._table.transact(
            [Put({"pk": pk, "sk": sk, "value": secret}), *deletes, environment_put(environment)]
        )

    def get(self, env: str, names: Iterable[str]) -> list[str]:
        """In their order."""
        places = [_place(env, name) for name in names]
        found = self._table.batch_get(places, consistent=True)
        return [found[place]["value"] for place in places if place in found]


def _place(env: str, name: str) -> Key:
    return keys.secret_variables(), keys.request_secret(env, name)
