"""Everything in which one stage differs from another; nothing else in `infra/` asks for the stage's name."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

LOCAL = "local"
LAYERS = ("core", "deps", "signing", "rendering", "delivery")
ASSETS = (*LAYERS, "functions")


@dataclass(frozen=True, kw_only=True)
class Settings:
    stage: str
    assets: Path
    """The folder with the built layers and functions of this target: `build/aws` or `build/local`."""
    local: bool
    keeps_data: bool
    """Production: table and bucket outlive their stack, and the table can be restored to any second."""
    shards: int
    """Partitions of an environment-wide list. Part of the keys: never change it on a stage that has data."""
    log_retention: str
    """A name of CDK's `RetentionDays`."""
    api_memory_mb: int
    worker_memory_mb: int
    consumer_concurrency: int | None
    """How many copies of one queue's consumer run at once; None leaves it to the platform."""
    rate_limits: str
    """Requests per second of an endpoint's tier, 1 to 5, or `off`: docs/rate-limits.md."""
    requests_per_second: int
    request_burst: int
    ai_models: tuple[str, ...]
    """Foundation models of Amazon Bedrock that workflows may ask: ids, `*` for any characters. None switches AI off."""
    event_sources: tuple[str, ...]
    """Whose events on the account's bus sources of the kind eventbridge may be given: what AWS calls their `source`."""
    event_bus: str
    """The bus that our events are put on, such as `default`: EventBridge takes $1 for a million. Empty for none."""
    public_url: str
    """Where people reach this stage, if it has a host name of its own: the links in their messages begin with it."""
    snap_start: bool
    """Whether functions that somebody waits for start from a snapshot: docs/cold-starts.md says what that costs."""
    outbound_allowed: str
    """Hosts that providers may be called at though they are not public, by commas: a laptop's own sink."""

    @property
    def prefix(self) -> str:
        return f"tocsin-{self.stage}"

    @property
    def tls_only(self) -> bool:
        """The emulator speaks plain HTTP, and it obeys a policy that refuses it."""
        return not self.local

    @property
    def target(self) -> str:
        return "local" if self.local else "aws"

    def name(self, part: str) -> str:
        """`tocsin-dev-run_steps`"""
        return f"{self.prefix}-{part}"

    def missing_assets(self) -> list[Path]:
        return [self.assets / name for name in ASSETS if not (self.assets / name).is_dir()]

    @classmethod
    def for_stage(
        cls,
        stage: str,
        build: Path,
        event_sources: str = "",
        public_url: str = "",
        event_bus: str = "",
        snap_start: str = "",
    ) -> Self:
        """Any stage but `local` and `dev…` keeps its data, so that a name nobody thought of is safe."""
        _check(stage, public_url, event_bus)
        if snap_start not in {"", "on", "off"}:
            raise ValueError(f"snap_start {snap_start!r}: write on or off")
        local = stage == LOCAL
        keeps_data = not local and not stage.startswith("dev")
        return cls(
            stage=stage,
            assets=build / ("local" if local else "aws"),
            local=local,
            keeps_data=keeps_data,
            shards=2 if local else 16,
            log_retention="THREE_MONTHS" if keeps_data else "ONE_WEEK",
            api_memory_mb=1024,
            worker_memory_mb=1024,
            consumer_concurrency=None if local else 50,
            # all tests on a laptop share one environment
            rate_limits="20,100,1200,4000,20000" if local else "1,5,60,200,1000",
            requests_per_second=2_000,
            request_burst=1_000,
            ai_models=("*",),
            event_bus=event_bus or ("default" if local else ""),
            public_url=public_url,
            snap_start=snap_start == "on" and not local,  # the emulator takes no snapshots
            event_sources=_names(event_sources or ("example.orders" if local else "")),
            outbound_allowed="127.0.0.1" if local else "",
        )


def _check(stage: str, public_url: str, event_bus: str) -> None:
    """Raises ValueError."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", stage):
        raise ValueError(
            f"stage {stage!r}: use a letter, then up to 19 lower-case letters, digits and hyphens"
        )
    if public_url and not re.fullmatch(r"https://[A-Za-z0-9.-]+(:[0-9]+)?", public_url):
        raise ValueError(
            f"public_url {public_url!r}: write https:// and the host, such as https://n.example.com"
        )
    if event_bus and not re.fullmatch(r"[A-Za-z0-9._-]{1,256}", event_bus):
        raise ValueError(f"event_bus {event_bus!r}: write a bus of this account by its name, such as default")


def _names(listed: str) -> tuple[str, ...]:
    return tuple(name for part in listed.split(",") if (name := part.strip()))
