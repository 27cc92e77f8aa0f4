"""What deleting and merging recipients needs from outside; `store` implements it."""

from datetime import datetime
from typing import Protocol

from tocsin.domain.recipients import Recipient, RecipientRef


class Removals(Protocol):
    def end(self, env: str, ref: RecipientRef, made_before: datetime | None = None) -> bool:
        """Takes the profile away; False where one remains that was made later."""

    def clear(
        self,
        env: str,
        ref: RecipientRef,
        deleted_at: datetime,
        *,
        reborn: bool = False,
        limit: int | None = None,
    ) -> bool:
        """Takes what lies under the recipient; False when `limit` rows went and some are left."""

    def unlink(
        self,
        env: str,
        ref: RecipientRef,
        deleted_at: datetime,
        *,
        reborn: bool = False,
        limit: int | None = None,
    ) -> bool:
        """Takes what names the recipient elsewhere; False when `limit` rows went and some are left."""

    def merging_into(self, env: str, ref: RecipientRef) -> str | None:
        """The user whom this one is being merged into, as long as something is left to take over."""


class Takeovers(Protocol):
    def seal(self, env: str, merged: Recipient, other: Recipient, at: datetime) -> None:
        """The merge itself, by compare-and-set on both: all or ConflictError."""

    def finish(self, env: str, ref: RecipientRef, other: RecipientRef) -> None:
        """Nothing is left to take over."""

    def is_taking_over(self, env: str, ref: RecipientRef) -> bool: ...

    def sealed_at(self, env: str, ref: RecipientRef, other: RecipientRef) -> datetime | None: ...

    def copy_settings(
        self, env: str, ref: RecipientRef, other: RecipientRef, sealed_at: datetime, *, reborn: bool
    ) -> None: ...

    def copy_batches(
        self, env: str, ref: RecipientRef, other: RecipientRef, sealed_at: datetime, *, reborn: bool
    ) -> None: ...

    def move_messages(
        self,
        env: str,
        ref: RecipientRef,
        other: RecipientRef,
        sealed_at: datetime,
        since: datetime,
        *,
        reborn: bool,
        limit: int | None,
    ) -> bool:
        """False when `limit` messages moved and there are more."""
