"""Mark a recipient whose address should get no more emails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from tocsin.domain.recipients import RecipientRef
from tocsin.domain.suppression import SUPPRESSED_EMAIL, is_same, is_suppressed
from tocsin.usecases.ports import Recipients
from tocsin.usecases.repeating import persistently


def suppress_address(
    store: Recipients, env: str, ref: RecipientRef, address: str, clock: Callable[[], datetime]
) -> None:
    """Changes nothing where the recipient has another address by now, or the email went to somebody else's."""

    def attempt() -> None:
        before = store.get(env, ref)
        if before is None or not is_same(before.properties.get("email"), address):
            return
        if not is_suppressed(before.properties, address):
            properties = {**before.properties, SUPPRESSED_EMAIL: before.properties["email"]}
            store.put(env, replace(before, properties=properties, updated_at=clock()))

    persistently(attempt, f"{ref.gid} is being")
