"""Variables of the account. What comes of them lies in each environment's own row, written in the same transaction,
so that a run reads its environment and has them; values of secret ones lie in a partition that only runs read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.environments import Environment
from tocsin.domain.variables import Variable, VariableType
from tocsin.store import keys
from tocsin.store.account import EnvironmentStore, environment_put
from tocsin.store.table import SAME_VERSION, Delete, Item, Put, Table, put_if_version


class VariableStore:
    """An account has a handful of variables, so they are read together."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self) -> list[Variable]:
        return [_from_item(item) for item in self._table.query_all(keys.variables(), consistent=True)]

    def put(
        self,
        variable: Variable,
        secrets: Mapping[str | None, str | None],
        environments: Iterable[Environment],
    ) -> None:
        """Compare-and-set on the variable and on all environments, as they should be from now on: all or ConflictError.

        `secrets` are values by slug, or None for the account's; a value that is None is taken away.
        """
        values = [_secret_write(variable.key, slug, value) for slug, value in secrets.items()]
        put = put_if_version(_to_item(variable), variable.version)
        self._table.transact([put, *values, *map(environment_put, environments)])

    def delete(self, variable: Variable, environments: Iterable[Environment]) -> None:
        """With its values, by compare-and-set on the same rows."""
        places = (None, *variable.overrides) if variable.is_secret else ()
        values = [_secret_write(variable.key, slug, None) for slug in places]
        gone = Delete((keys.variables(), variable.key), SAME_VERSION, {":version": variable.version})
        self._table.transact([gone, *values, *map(environment_put, environments)])


class RunEnvironmentStore(EnvironmentStore):
    """Environments as runs see them: with the values of their secret variables."""

    def get(self, slug: str) -> Environment | None:
        environment = super().get(slug)
        if environment is None or not environment.secret_names:
            return environment
        return replace(environment, secrets=self._secrets(slug, environment.secret_names))

    def _secrets(self, slug: str, names: Iterable[str]) -> dict[str, str]:
        """Two rows for each, in one call: the account's value, and the environment's own over it."""
        places = {
            (owner, name): (keys.secret_variables(), keys.secret_variable(owner, name))
            for owner in (None, slug)
            for name in names
        }
        found = self._table.batch_get(places.values(), consistent=True)
        return {name: found[place]["value"] for (_, name), place in places.items() if place in found}


def _secret_write(variable: str, slug: str | None, value: str | None) -> Put | Delete:
    place = keys.secret_variables(), keys.secret_variable(slug, variable)
    if value is None:
        return Delete(place)
    return Put({"pk": place[0], "sk": place[1], "value": value})


def _to_item(variable: Variable) -> Item:
    return {
        "pk": keys.variables(),
        "sk": variable.key,
        "type": variable.type.value,
        "description": variable.description,
        "value": variable.value,
        "overrides": json_text.dumps(variable.overrides),
        "created_at": to_iso(variable.created_at),
        "updated_at": to_iso(variable.updated_at),
    }


def _from_item(item: Item) -> Variable:
    return Variable(
        key=item["sk"],
        type=VariableType(item["type"]),
        description=item.get("description"),
        value=item.get("value"),
        overrides=json_text.loads(item["overrides"]),
        created_at=from_iso(item["created_at"]),
        updated_at=from_iso(item["updated_at"]),
        version=item["version"],
    )
