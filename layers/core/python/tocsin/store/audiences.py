"""Audiences and their members. Members are spread over the shards by their user's id, so that a list of any length
crowds no partition; the index leads from a user to all of his or her memberships."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from tocsin.domain.audiences import Addition, AudienceMember, Membership
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.errors import ConflictError
from tocsin.domain.listing import Span
from tocsin.domain.recipients import USERS
from tocsin.store import keys
from tocsin.store.merging import Lane, merged
from tocsin.store.table import ABSENT, EXISTS, Check, Delete, Item, Key, Put, Table

SAME_TIME = "added_at = :added_at"


class AudienceStore:
    def __init__(self, table: Table, shards: int) -> None:
        self._table = table
        self._shards = shards

    def exists(self, env: str, audience: str) -> bool:
        """Made with its first members, or by committing its definition."""
        made = keys.audiences(env), audience
        committed = keys.definition_head(env, DefinitionKind.AUDIENCE, audience), keys.HEAD
        found = self._table.batch_get([made, committed], consistent=True)
        return made in found or "version_id" in found.get(committed, {})

    def delete(self, env: str, audience: str) -> bool:
        """True when it was made with members. These stay, for the case that it is made again."""
        return self._table.delete(Delete((keys.audiences(env), audience)))

    def create(self, env: str, audience: str, now: datetime) -> None:
        """Changes nothing where there is one."""
        item = {"pk": keys.audiences(env), "sk": audience, "type": "static", "created_at": to_iso(now)}
        try:
            self._table.put(Put(item, ABSENT))
        except ConflictError:
            return

    def added_at(self, env: str, audience: str, members: Iterable[Membership]) -> dict[Membership, datetime]:
        """Since when each is in it; who is not, is absent."""
        found = self._table.batch_get(
            (member_key(env, audience, one, self._shards) for one in members), consistent=True
        )
        return {one.membership: one.added_at for one in map(_from_item, found.values())}

    def joined(self, env: str, user_id: str, audiences: Iterable[str]) -> dict[str, datetime]:
        """Which of these the user is in, for whichever tenant, and since when (the latest, where for several).

        The index leads there and lags behind by milliseconds; what it names is read from the table.
        """
        prefixes = {keys.membership_prefix(audience): audience for audience in audiences}
        places: dict[Key, str] = {
            (place[keys.PK], place[keys.SK]): audience
            for place in self._table.query_all(keys.memberships(env, user_id), index=True)
            for prefix, audience in prefixes.items()
            if place[keys.ISK].startswith(prefix)
        }
        found: dict[str, datetime] = {}
        for key, row in self._table.batch_get(places, consistent=True).items():
            added_at = from_iso(row["added_at"])
            found[places[key]] = max(added_at, found.get(places[key], added_at))
        return found

    def add_all(self, env: str, audience: str, additions: Sequence[Addition]) -> None:
        """At most fifty, of users that exist, by compare-and-set: all or ConflictError."""
        users = dict.fromkeys(one.membership.user_id for one in additions)
        checks = [Check((keys.recipient(env, USERS, user_id), keys.PROFILE), EXISTS) for user_id in users]
        self._table.transact(
            [*checks, *(addition_put(env, audience, one, self._shards) for one in additions)]
        )

    def remove_all(self, env: str, audience: str, members: Iterable[Membership]) -> None:
        self._table.delete_all(
            dict.fromkeys(member_key(env, audience, member, self._shards) for member in members)
        )

    def members(self, env: str, audience: str, span: Span, chunk: int) -> Iterator[AudienceMember]:
        """In the order of their ids."""
        shards = keys.all_shards(self._shards)
        lanes = [Lane(keys.audience_shard(env, audience, shard), consistent=True) for shard in shards]
        return map(_from_item, merged(self._table, lanes, span, chunk))


def member_key(env: str, audience: str, member: Membership, shards: int) -> Key:
    shard = keys.shard_of(member.user_id, shards)
    return keys.audience_shard(env, audience, shard), keys.audience_member(*member)


def addition_put(env: str, audience: str, addition: Addition, shards: int) -> Put:
    member = addition.membership
    partition, sort_key = member_key(env, audience, member, shards)
    item = {
        "pk": partition,
        "sk": sort_key,
        keys.IPK: keys.memberships(env, member.user_id),
        keys.ISK: keys.membership(audience, member.tenant),
        "user_id": member.user_id,
        "tenant": member.tenant,
        "added_at": to_iso(addition.added_at),
    }
    if addition.instead_of is None:
        return Put(item, ABSENT)
    return Put(item, SAME_TIME, {":added_at": to_iso(addition.instead_of)})


def _from_item(item: Item) -> AudienceMember:
    membership = Membership(item["user_id"], item.get("tenant"))
    return AudienceMember(membership, from_iso(item["added_at"]), item[keys.SK])
