"""What a row knows of the secrets that sign for it: their names and ends, oldest first."""

from collections.abc import Iterable

from tocsin.domain import json_text
from tocsin.domain.signing_secrets import SigningSecret
from tocsin.store.rows import optional_date, optional_iso


def secrets_text(secrets: Iterable[SigningSecret]) -> str | None:
    named = [[one.name, optional_iso(one.ends_at)] for one in secrets]
    return json_text.dumps(named) if named else None


def secrets_from(text: str | None) -> tuple[SigningSecret, ...]:
    named = json_text.loads(text) if text else ()
    return tuple(SigningSecret(name, optional_date(ends_at)) for name, ends_at in named)
