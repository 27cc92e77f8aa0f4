"""Channel groups of the account."""

from tocsin.domain import json_text
from tocsin.domain.channel_groups import ChannelGroup, ChannelRule, GroupOperator, RuleType
from tocsin.domain.clock import from_iso, to_iso
from tocsin.store import keys
from tocsin.store.table import SAME_VERSION, Delete, Item, Table, put_if_version


class ChannelGroupStore:
    """An account has a handful of groups, so they are read together."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def all(self) -> list[ChannelGroup]:
        return [_from_item(item) for item in self._table.query_all(keys.channel_groups(), consistent=True)]

    def put(self, group: ChannelGroup) -> None:
        """Compare-and-set on `group.version`; ConflictError when somebody was faster."""
        self._table.put(put_if_version(_to_item(group), group.version))

    def delete(self, group: ChannelGroup) -> None:
        """Compare-and-set on `group.version`."""
        place = (keys.channel_groups(), group.key)
        self._table.delete(Delete(place, SAME_VERSION, {":version": group.version}))


def _to_item(group: ChannelGroup) -> Item:
    rules = [
        [rule.channel_key, rule.type.value, rule.variable, rule.operator, rule.argument]
        for rule in group.rules
    ]
    return {
        "pk": keys.channel_groups(),
        "sk": group.key,
        "name": group.name,
        "channel_type": group.channel_type,
        "operator": group.operator.value,
        "rules": json_text.dumps(rules),
        "visible_in": group.visible_in,
        "created_at": to_iso(group.created_at),
        "updated_at": to_iso(group.updated_at),
    }


def _from_item(item: Item) -> ChannelGroup:
    return ChannelGroup(
        key=item["sk"],
        name=item["name"],
        channel_type=item["channel_type"],
        operator=GroupOperator(item["operator"]),
        rules=tuple(
            ChannelRule(key, RuleType(kind), *condition)
            for key, kind, *condition in json_text.loads(item["rules"])
        ),
        created_at=from_iso(item["created_at"]),
        updated_at=from_iso(item["updated_at"]),
        visible_in=tuple(item["visible_in"]),
        version=item["version"],
    )
