"""What a user does with guides: each mark by compare-and-set, so that calls that meet all count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tocsin.domain.errors import ChannelInvalidError, FieldProblem, InvalidParamsError, NotFoundError
from tocsin.domain.guide_engagement import GuideEngagement, StepChange
from tocsin.domain.guides import Showcase
from tocsin.domain.recipients import user
from tocsin.usecases.guide_ports import GuidePorts
from tocsin.usecases.repeating import persistently

Change = Callable[[GuideEngagement], GuideEngagement]


@dataclass(frozen=True, slots=True)
class Place:
    """Whose engagement with which guide, and for which tenant."""

    user_id: str
    guide_key: str
    tenant: str | None = None


def mark_step(
    ports: GuidePorts,
    env: str,
    place: Place,
    channel_id: str,
    step_ref: str,
    change: StepChange,
    now: datetime,
) -> None:
    """Nothing is written when the mark changes nothing.

    Raises ChannelInvalidError, NotFoundError or InvalidParamsError for what does not exist.
    """
    _check_step(ports, env, place.guide_key, channel_id, step_ref, now)
    _change(ports, env, place, lambda found: found.marked(step_ref, change, place.user_id, now), now)


def unarchive_guide(ports: GuidePorts, env: str, place: Place, now: datetime) -> None:
    """All steps of the guide; what else the user did with them stays."""
    _check_guide(ports, env, place.guide_key, now)
    _change(ports, env, place, lambda found: found.unarchived(now), now)


def reset_guide(ports: GuidePorts, env: str, place: Place, now: datetime) -> None:
    """As if the user had never met the guide."""
    _check_guide(ports, env, place.guide_key, now)
    ports.engagements.delete(env, place.user_id, place.tenant, place.guide_key)


def _change(ports: GuidePorts, env: str, place: Place, change: Change, now: datetime) -> None:
    def attempt() -> None:
        stored = ports.engagements.get(env, place.user_id, place.tenant, place.guide_key)
        before = stored or GuideEngagement(place.guide_key, place.tenant, now)
        after = change(before)
        if after is before:
            return
        if ports.recipients.get(env, user(place.user_id)) is None:
            raise NotFoundError(f"there is no user {place.user_id!r} in {env}; identify the user first")
        ports.engagements.put(env, place.user_id, after)

    persistently(attempt, f"the guide {place.guide_key!r} is being")


def _check_step(ports: GuidePorts, env: str, key: str, channel_id: str, step_ref: str, now: datetime) -> None:
    showcase = ports.showcases.of(env, now)
    if _problem(showcase, env, key, channel_id, step_ref) is not None:
        # What was committed a moment ago may be newer than what is remembered here.
        problem = _problem(ports.showcases.of(env, now, fresh=True), env, key, channel_id, step_ref)
        if problem is not None:
            raise problem


def _problem(showcase: Showcase, env: str, key: str, channel_id: str, step_ref: str) -> Exception | None:
    channel, guide = showcase.channel(channel_id), showcase.guide(key)
    if channel is None:
        return ChannelInvalidError(f"there is no in-app guide channel {channel_id!r} in {env}")
    if guide is None:
        return _no_guide(env, key)
    if guide.channel_key != channel.key:
        message = f"the guide {key!r} is shown in the channel {guide.channel_key!r}, not in {channel.key!r}"
        return InvalidParamsError([FieldProblem("channel_id", message, "missing_reference")])
    if step_ref not in guide.step_refs:
        message = f"the guide {key!r} has no step {step_ref!r}; it has {', '.join(guide.step_refs)}"
        return InvalidParamsError([FieldProblem("guide_step_ref", message, "missing_reference")])
    return None


def _check_guide(ports: GuidePorts, env: str, key: str, now: datetime) -> None:
    remembered = ports.showcases.of(env, now)
    if (remembered.guide(key) or ports.showcases.of(env, now, fresh=True).guide(key)) is None:
        raise _no_guide(env, key)


def _no_guide(env: str, key: str) -> NotFoundError:
    return NotFoundError(f"there is no guide {key!r} in {env}, or it was never committed")
