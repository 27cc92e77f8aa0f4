"""What an audience triggers, on the wire: Tocsin's own."""

from collections.abc import Sequence
from typing import Any

from pydantic import ConfigDict, Field

from tocsin.contract.model import Model


class AudienceTriggersIn(Model):
    model_config = ConfigDict(extra="forbid")

    workflows: list[str] = Field(description="Keys of workflows, at most ten; an empty list for none")


class AudienceTriggersOut(Model):
    audience_key: str
    environment: str
    workflows: list[str]


def audience_triggers_out(env: str, audience: str, workflows: Sequence[str]) -> dict[str, Any]:
    return {"audience_key": audience, "environment": env, "workflows": list(workflows)}
