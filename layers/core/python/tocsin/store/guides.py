"""Guides: what an environment has to show, and what each user did with it."""

from datetime import datetime, timedelta
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.clock import from_iso, to_iso
from tocsin.domain.definitions import DefinitionKind, Draft
from tocsin.domain.guide_engagement import GuideEngagement, StepEngagement
from tocsin.domain.guides import Guide, Showcase
from tocsin.domain.recipients import user
from tocsin.store import keys
from tocsin.store.account import ChannelStore, EnvironmentStore
from tocsin.store.definitions import DefinitionStore
from tocsin.store.rows import optional_date, optional_iso
from tocsin.store.table import ABSENT, EXISTS, SAME_VERSION, Check, Delete, Item, Key, Put, Table

REMEMBERED = timedelta(seconds=5)
PAGE = 100
KIND = DefinitionKind.GUIDE


class ShowcaseStore:
    """Remembers each environment's showcase for five seconds: guides are fetched with every page that a user opens,
    and change when somebody edits them."""

    def __init__(
        self, definitions: DefinitionStore, channels: ChannelStore, environments: EnvironmentStore
    ) -> None:
        self._definitions = definitions
        self._channels = channels
        self._environments = environments
        self._remembered: dict[str, tuple[datetime, Showcase]] = {}

    def of(self, env: str, now: datetime, *, fresh: bool = False) -> Showcase:
        """`fresh` reads it anew. Raises LookupError when there is no such environment; a key's always exists."""
        remembered = self._remembered.get(env)
        if remembered and not fresh and now - remembered[0] < REMEMBERED:
            return remembered[1]
        showcase = self._read(env)
        self._remembered[env] = now, showcase
        return showcase

    def _read(self, env: str) -> Showcase:
        environment = self._environments.get(env)
        if environment is None:
            raise LookupError(f"environment {env} does not exist")
        channels = {channel.id: channel for channel in self._channels.all(env)}
        guides = sorted(self._guides(env), key=lambda guide: (guide.inserted_at, guide.key))
        return Showcase(environment, channels, tuple(guides))

    def _guides(self, env: str) -> list[Guide]:
        drafts = self._drafts(env)
        heads = self._definitions.heads(env, KIND, [draft.key for draft in drafts])
        guides: list[Guide] = []
        for draft in drafts:
            head = heads.get(draft.key)
            if head is None or head.version_id is None:
                continue  # saved, and never committed
            committed = draft.content if draft.sha == head.sha else self._content(env, draft, head.version_id)
            guides.append(Guide.from_definition(env, draft, head, committed))
        return guides

    def _drafts(self, env: str) -> list[Draft]:
        found: list[Draft] = []
        while True:
            after = found[-1].key if found else None
            page = self._definitions.drafts(env, KIND, after=after, before=None, limit=PAGE, descending=False)
            found += page
            if len(page) < PAGE:
                return found

    def _content(self, env: str, draft: Draft, version_id: str) -> dict[str, Any]:
        version = self._definitions.version(env, KIND, draft.key, version_id)
        if version is None:
            raise LookupError(f"version {version_id} of the guide {draft.key} does not exist")
        return version.content


class GuideEngagementStore:
    def __init__(self, table: Table) -> None:
        self._table = table

    def of_user(self, env: str, user_id: str, tenant: str | None) -> dict[str, GuideEngagement]:
        """Everything for one tenant, or for none, by the guide's key."""
        ref = user(user_id)
        rows = self._table.query_all(
            keys.recipient(env, ref.collection, ref.id),
            prefix=keys.guide_engagements(tenant),
            consistent=True,
        )
        return {row["guide_key"]: _from_item(row) for row in rows}

    def get(self, env: str, user_id: str, tenant: str | None, guide_key: str) -> GuideEngagement | None:
        row = self._table.get(_key(env, user_id, tenant, guide_key), consistent=True)
        return _from_item(row) if row else None

    def put(self, env: str, user_id: str, engagement: GuideEngagement) -> None:
        """Compare-and-set, for a user that exists; ConflictError when either is no longer as it was."""
        ref = user(user_id)
        profile = keys.recipient(env, ref.collection, ref.id), keys.PROFILE
        self._table.transact([Check(profile, EXISTS), _put(env, user_id, engagement)])

    def delete(self, env: str, user_id: str, tenant: str | None, guide_key: str) -> None:
        self._table.delete(Delete(_key(env, user_id, tenant, guide_key)))


def _put(env: str, user_id: str, engagement: GuideEngagement) -> Put:
    """The version of a new row is its time: whoever has read one that was reset since cannot overwrite it."""
    partition, sort_key = _key(env, user_id, engagement.tenant, engagement.guide_key)
    item: Item = {
        "pk": partition,
        "sk": sort_key,
        "guide_key": engagement.guide_key,
        "tenant": engagement.tenant,
        "updated_at": to_iso(engagement.updated_at),
        "steps": json_text.dumps({ref: _step_to_row(step) for ref, step in engagement.steps.items()}),
    }
    if engagement.version:
        stored = {**item, "version": engagement.version + 1}
        return Put(stored, SAME_VERSION, {":version": engagement.version})
    return Put({**item, "version": int(engagement.updated_at.timestamp() * 1_000_000)}, ABSENT)


def _from_item(item: Item) -> GuideEngagement:
    steps = json_text.loads(item["steps"])
    return GuideEngagement(
        guide_key=item["guide_key"],
        tenant=item.get("tenant"),
        updated_at=from_iso(item["updated_at"]),
        steps={ref: _step_from_row(row) for ref, row in steps.items()},
        version=item["version"],
    )


def _step_to_row(step: StepEngagement) -> Item:
    row: Item = {
        "id": step.id,
        "seen_at": optional_iso(step.seen_at),
        "interacted_at": optional_iso(step.interacted_at),
        "archived_at": optional_iso(step.archived_at),
        "metadata": step.metadata,
        "is_final": step.is_final or None,
        "unthrottled": step.unthrottled or None,
    }
    return {name: value for name, value in row.items() if value is not None}


def _step_from_row(row: Item) -> StepEngagement:
    return StepEngagement(
        id=row["id"],
        seen_at=optional_date(row.get("seen_at")),
        interacted_at=optional_date(row.get("interacted_at")),
        archived_at=optional_date(row.get("archived_at")),
        metadata=row.get("metadata"),
        is_final=row.get("is_final", False),
        unthrottled=row.get("unthrottled", False),
    )


def _key(env: str, user_id: str, tenant: str | None, guide_key: str) -> Key:
    ref = user(user_id)
    return keys.recipient(env, ref.collection, ref.id), keys.guide_engagement(tenant, guide_key)
