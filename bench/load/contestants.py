"""What can be asked of us and of the floor alike, so that whoever measures does not know whom."""

import json
from collections.abc import Sequence
from typing import Any, Protocol

from bench import job
from bench.load.arrivals import Arrivals
from bench.load.stack import SHARDS, TABLE, BenchStack
from bench.load.wire import Caller
from tocsin.domain.recipients import USERS
from tocsin.store import keys

KNOWN = "one"  # users who are known beforehand


class Contestant(Protocol):
    """`messages` and `users` are the rows that a trigger and an identify leave behind."""

    messages: Arrivals
    users: Arrivals

    def trigger(self, recipients: Sequence[Any]) -> None: ...

    def identify(self, users: Sequence[str]) -> None: ...

    def look_at_feed(self, user: str) -> int:
        """The newest page with what counts there are; how many items it had."""


class Ours:
    def __init__(self, stack: BenchStack) -> None:
        self._stack = stack
        self._api = Caller(stack.gateway, stack.info.secret_key)
        env, shards = stack.info.environment, keys.all_shards(SHARDS)
        in_app = keys.message_prefix(stack.info.channels["in-app"])
        self.messages = Arrivals(
            stack.dynamodb,
            TABLE,
            [keys.messages_shard(env, one) for one in shards],
            lambda user: (keys.recipient(env, USERS, user), in_app),
        )
        self.users = Arrivals(
            stack.dynamodb,
            TABLE,
            [keys.recipients_shard(env, USERS, one) for one in shards],
            lambda user: (keys.recipient(env, USERS, user), keys.PROFILE),
        )

    def trigger(self, recipients: Sequence[Any]) -> None:
        self._api.call("POST", f"/v1/workflows/{job.WORKFLOW}/trigger", _trigger(recipients))

    def identify(self, users: Sequence[str]) -> None:
        self._api.call("POST", "/v1/users/bulk/identify", _rows(users))

    def look_at_feed(self, user: str) -> int:
        path = f"/v1/users/{user}/feeds/{self._stack.info.channels['in-app']}?page_size={job.PAGE}"
        return len(json.loads(self._api.call("GET", path))["entries"])

    def list_first(self, collection: str) -> int:
        """The first page of a collection; how many were on it."""
        return len(
            json.loads(self._api.call("GET", f"/v1/objects/{collection}?page_size={job.PAGE}"))["entries"]
        )


class Floor:
    """Looks at feeds in our table, at the very rows that we serve; `table` is its own."""

    def __init__(self, stack: BenchStack, table: str, address: str) -> None:
        self._stack, self._table = stack, table
        self._api = Caller(address)
        self.messages = self._arrivals("MESSAGES", "MESSAGE#")
        self.users = self._arrivals("USERS", "PROFILE")

    def _arrivals(self, shards: str, prefix: str) -> Arrivals:
        of_index = [f"{shards}#{one}" for one in range(SHARDS)]
        return Arrivals(self._stack.dynamodb, self._table, of_index, lambda user: (f"USER#{user}", prefix))

    def trigger(self, recipients: Sequence[Any]) -> None:
        self._api.call("POST", "/trigger", _trigger(recipients))

    def identify(self, users: Sequence[str]) -> None:
        self._api.call("POST", "/identify", _rows(users))

    def look_at_feed(self, user: str) -> int:
        info = self._stack.info
        wanted = {
            "table": TABLE,
            "pk": keys.recipient(info.environment, USERS, user),
            "prefix": keys.message_prefix(info.channels["in-app"]),
            "limit": job.PAGE + 1,
        }
        return len(json.loads(self._api.call("POST", "/feed", wanted))["items"]) - 1


def _trigger(recipients: Sequence[Any]) -> dict[str, Any]:
    return {"recipients": list(recipients), "data": job.data()}


def _rows(users: Sequence[str]) -> dict[str, Any]:
    return {"users": [{"id": user, **job.user_properties(place)} for place, user in enumerate(users)]}


def names(word: str, number: int) -> list[str]:
    return [f"{word}-{place:06d}" for place in range(number)]
