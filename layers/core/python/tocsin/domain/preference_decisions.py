"""May this message reach this recipient? The preferences that hold, asked rule by rule.

Whatever says anything of the message must agree: whether the recipient takes commercial messages, the channels and
channel types as a whole, each of the workflow's categories, the workflow itself. Nothing said is a yes. Only inside one
of these does a channel go before its type: a yes for a workflow does not undo the no of a category.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.domain.channels import Channel
from tocsin.domain.conditions import NOBODY, ConditionError, ConditionResult, evaluate
from tocsin.domain.conditions_asked import Asked
from tocsin.domain.conditions_log import clipped, explained_result
from tocsin.domain.definitions import Workflow
from tocsin.domain.message_ranks import Standing
from tocsin.domain.preferences import (
    CATEGORIES,
    CHANNEL_TYPES,
    CHANNELS,
    COMMERCIAL,
    CONDITIONS,
    WORKFLOWS,
    Settings,
)

_KNOWN = ("data", "recipient", "actor", "tenant", "vars", "workflow", "total_activities", "total_actors")
"""What conditions of preferences know of a run: neither its other steps nor the events it waits for."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that was said of the message, by its path in the set: `categories.marketing.channel_types.email`.

    `unmet` is the first condition that did not hold; `problem` says why conditions could not be evaluated.
    """

    path: str
    allows: bool
    unmet: ConditionResult | None = None
    problem: str | None = None

    def explained(self) -> dict[str, Any]:
        """For the run's log."""
        shown: dict[str, Any] = {"preference": self.path, "passed": self.allows}
        if self.unmet is not None:
            shown["condition"] = explained_result(self.unmet)
        if self.problem is not None:
            shown["message"] = clipped(self.problem)
        return shown


@dataclass(frozen=True, slots=True)
class Decision:
    """Every rule that had a say, so that who wonders about one refusal finds all of them."""

    rules: tuple[Rule, ...]

    @property
    def allowed(self) -> bool:
        return all(rule.allows for rule in self.rules)

    @property
    def is_unsubscribed(self) -> bool:
        """Whether it is commercial messages as such that the recipient does not take."""
        return any(rule.path == COMMERCIAL and not rule.allows for rule in self.rules)

    @property
    def has_problems(self) -> bool:
        return any(rule.problem is not None for rule in self.rules)


_NOTHING_SAID = Decision(())


def decide(
    settings: Settings,
    workflow: Workflow,
    channel: Channel,
    scope: Mapping[str, object],
    now: datetime,
    asked: Asked = NOBODY,
) -> Decision:
    """Asks settings that all layers are merged in. Never raises: what cannot be evaluated is a no."""
    if not settings:
        return _NOTHING_SAID
    known = {root: scope[root] for root in _KNOWN if root in scope}
    return Decision(tuple(_rules(settings, workflow, _Question(channel, known, now, _Members(asked)))))


def _rules(settings: Settings, workflow: Workflow, question: "_Question") -> Iterator[Rule]:
    """A workflow that overrides preferences still obeys who unsubscribed from commercial messages."""
    if workflow.is_commercial and COMMERCIAL in settings:
        yield question.choice(COMMERCIAL, settings[COMMERCIAL])
    if workflow.overrides_preferences:
        return
    yield from question.channels("", settings)
    for part, names in ((CATEGORIES, workflow.categories), (WORKFLOWS, (workflow.key,))):
        said = settings.get(part, {})
        for name in dict.fromkeys(names):
            if name in said:
                yield from question.scope(f"{part}.{name}", said[name])


@dataclass(frozen=True, slots=True)
class _Members:
    """Preferences may ask who is in an audience, but not for messages."""

    asked: Asked

    def standing(self, ref: str) -> Standing | None:
        return NOBODY.standing(ref)

    def is_member(self, audience: str) -> bool:
        return self.asked.is_member(audience)


@dataclass(frozen=True, slots=True)
class _Question:
    """One channel's question, put to a part of the settings."""

    channel: Channel
    known: Mapping[str, object]
    now: datetime
    asked: Asked

    def scope(self, path: str, said: Any) -> Iterator[Rule]:
        """A category or a workflow: yes, no, or conditions and channels that must all agree."""
        if isinstance(said, bool):
            yield Rule(path, said)
            return
        if CONDITIONS in said:
            yield self.choice(path, said)
        yield from self.channels(f"{path}.", said)

    def channels(self, prefix: str, said: Settings) -> Iterator[Rule]:
        """What is said of the channel, else of its type. A UUID may be written in capitals, and so be there twice."""
        for part, name in ((CHANNELS, self.channel.id), (CHANNEL_TYPES, self.channel.type)):
            named = [key for key in said.get(part, {}) if key.lower() == name.lower()]
            if named:
                yield from (self.choice(f"{prefix}{part}.{key}", said[part][key]) for key in named)
                return

    def choice(self, path: str, said: Any) -> Rule:
        """Yes, no, or conditions that must all hold."""
        if isinstance(said, bool):
            return Rule(path, said)
        try:
            evaluation = evaluate(said[CONDITIONS], self.known, self.now, self.asked)
        except ConditionError as error:
            return Rule(path, allows=False, problem=str(error))
        unmet = next((one for one in evaluation.results if one.result is False), None)
        return Rule(path, evaluation.passed, unmet)
