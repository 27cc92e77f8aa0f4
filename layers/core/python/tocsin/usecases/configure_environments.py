"""Environments of the account: made, renamed and removed, for the management API and the command alike.

The order of environments is the order of promotion. Whoever makes or removes one writes its neighbours' rows
anew, by compare-and-set: so of two who do so at once, or of one who sets a variable meanwhile, the second reads again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from tocsin.domain.definition_content import is_key
from tocsin.domain.environments import DEVELOPMENT, Environment
from tocsin.domain.errors import EnvironmentInUseError, FieldProblem
from tocsin.domain.field_checks import first_per_field, text
from tocsin.domain.time_zones import read_zone
from tocsin.domain.translations import locale_problems
from tocsin.usecases.configure_variables import Variables, informed
from tocsin.usecases.credential_ports import ApiKeys
from tocsin.usecases.credentials import MAX_NAME, existing_environment, known_slugs, refuse
from tocsin.usecases.ports import Environments
from tocsin.usecases.repeating import persistently

FIELDS = ("after", "default_locale", "default_timezone", "name")
MAX_SLUG = 40
# All of them change in one transaction, with a variable and its values.
MAX_ENVIRONMENTS = 20

Json = Mapping[str, Any]


class EditableEnvironments(Environments, Protocol):
    def is_removed(self, slug: str) -> bool:
        """Whether an environment has ever been removed under this slug."""

    def rearrange(self, environments: list[Environment], removed: Environment | None = None) -> None:
        """Compare-and-set on all of them, new ones among them: all or ConflictError."""


class Waiting(Protocol):
    def is_waiting(self, env: str) -> bool:
        """Whether a run or a schedule waits for its time."""


class EnvironmentPorts(NamedTuple):
    environments: EditableEnvironments
    variables: Variables
    api_keys: ApiKeys
    waiting: Waiting


def set_environment(ports: EnvironmentPorts, slug: str, sent: Json, now: datetime) -> Environment:
    """Renames the environment, or makes it: right after the one that `after` names, with the account's variables and
    branding, and nothing else. Raises InvalidParamsError."""

    def attempt() -> Environment:
        environments = ports.environments.all()
        known = next((one for one in environments if one.slug == slug), None)
        refuse(first_per_field(_problems(ports, environments, known, slug, sent)))
        return _change(ports, known, sent, now) if known else _make(ports, environments, slug, sent, now)

    return persistently(attempt, f"the environment {slug!r} is being")


def remove_environment(ports: EnvironmentPorts, slug: str) -> Environment:
    """For ever: its slug is not given again, for rows of what happened there are left until they expire.

    Raises NotFoundError, or EnvironmentInUseError while a key opens it or something waits in it.
    """

    def attempt() -> Environment:
        gone = existing_environment(ports.environments, slug)
        _require_unused(ports, slug)
        others = [one for one in ports.environments.all() if one.slug != slug]
        later = [replace(one, order=one.order - 1) for one in others if one.order > gone.order]
        ports.environments.rearrange(later, removed=gone)
        return gone

    return persistently(attempt, f"the environment {slug!r} is being")


def _change(ports: EnvironmentPorts, known: Environment, sent: Json, now: datetime) -> Environment:
    changed = replace(
        known,
        name=sent.get("name") or known.name,
        default_locale=sent.get("default_locale") or known.default_locale,
        default_timezone=sent.get("default_timezone") or known.default_timezone,
    )
    if changed == known:
        return known
    ports.environments.put(replace(changed, updated_at=now))
    return replace(changed, updated_at=now)


def _make(
    ports: EnvironmentPorts, environments: list[Environment], slug: str, sent: Json, now: datetime
) -> Environment:
    before = next(one for one in environments if one.slug == sent["after"])
    made = Environment(
        slug=slug,
        name=sent.get("name") or slug.replace("-", " ").replace("_", " ").capitalize(),
        order=before.order + 1,
        created_at=now,
        updated_at=now,
        branding=before.branding,
        default_locale=sent.get("default_locale") or before.default_locale,
        default_timezone=sent.get("default_timezone") or before.default_timezone,
    )
    later = [replace(one, order=one.order + 1) for one in environments if one.order > before.order]
    ports.environments.rearrange([before, informed(made, ports.variables.all()), *later])
    return made


def _require_unused(ports: EnvironmentPorts, slug: str) -> None:
    if slug == DEVELOPMENT:
        raise EnvironmentInUseError(f"{DEVELOPMENT} stays: it is where definitions are edited")
    named = [key.name for key in ports.api_keys.all() if key.environment == slug]
    if named:
        raise EnvironmentInUseError(
            f"API keys still open {slug}: {', '.join(map(repr, named))}; revoke them first"
        )
    if ports.waiting.is_waiting(slug):
        raise EnvironmentInUseError(
            f"runs or schedules still wait in {slug}; cancel them, or let them come to their end"
        )
    overridden = [one.key for one in ports.variables.all() if slug in one.overrides]
    if overridden:
        raise EnvironmentInUseError(
            f"{', '.join(overridden)} have values of their own in {slug}; take those away first"
        )


def _problems(
    ports: EnvironmentPorts, environments: list[Environment], known: Environment | None, slug: str, sent: Json
) -> Iterator[FieldProblem]:
    for field in sorted(sent.keys() - set(FIELDS)):
        yield FieldProblem(field, f"there is no such field; there are {', '.join(FIELDS)}", "extra_forbidden")
    yield from text(sent, "name", required="name" in sent, longest=MAX_NAME)
    yield from text(sent, "after", required=known is None)
    yield from text(sent, "default_locale")
    if isinstance(sent.get("default_locale"), str):
        yield from locale_problems("default_locale", sent["default_locale"])
    yield from text(sent, "default_timezone")
    zone = sent.get("default_timezone")
    if isinstance(zone, str) and zone and read_zone(zone) is None:
        yield FieldProblem(
            "default_timezone", f"there is no time zone {zone!r}; write Europe/Oslo, Etc/UTC", "enum"
        )
    if known is None:
        yield from _new_slug(ports, environments, slug)
        yield from _place(ports, environments, sent)
    elif "after" in sent:
        yield FieldProblem("after", "an environment keeps its place in the order of promotion; leave it out")


def _new_slug(ports: EnvironmentPorts, environments: list[Environment], slug: str) -> Iterator[FieldProblem]:
    if not is_key(slug) or len(slug) > MAX_SLUG:
        yield FieldProblem("slug", f"must be 3 to {MAX_SLUG} characters of a-z, 0-9, - and _", "pattern")
    elif ports.environments.is_removed(slug):
        message = f"an environment {slug!r} was removed, and rows of it are left; take another slug"
        yield FieldProblem("slug", message, "duplicate")
    elif len(environments) >= MAX_ENVIRONMENTS:
        yield FieldProblem("slug", f"there are {MAX_ENVIRONMENTS} environments, and no more are allowed")


def _place(ports: EnvironmentPorts, environments: list[Environment], sent: Json) -> Iterator[FieldProblem]:
    after = sent.get("after")
    if isinstance(after, str) and after not in [one.slug for one in environments]:
        message = f"there is no environment {after!r}; {known_slugs(ports.environments)}"
        yield FieldProblem("after", message, "missing_reference")
