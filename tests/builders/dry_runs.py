"""Dry runs in a world, and a table that says whether anything was written."""

from fnmatch import fnmatchcase
from typing import Any

from tests.builders.world import ENV, World
from tests.conftest import VARIABLES
from tocsin.aws.clients import client
from tocsin.contract.dry_runs import RunIn
from tocsin.domain.dry_runs import DryRun, PlayedRun
from tocsin.domain.runs import WorkflowRun
from tocsin.lambda_kit.dry_run_ports import ScratchServices, dry_run_ports
from tocsin.store.keys import ANY_RATE
from tocsin.usecases.dry_run import dry_run


def play(world: World, workflow: str, *recipients: Any, use_draft: bool = False, **body: Any) -> DryRun:
    wanted = RunIn.model_validate({"recipients": list(recipients), **body})
    run = WorkflowRun(
        id="",
        workflow=workflow,
        version_id="",
        recipients=wanted.unique_recipients(),
        triggered_at=world.now,
        data=wanted.data or {},
        actor=wanted.triggering_actor(),
        tenant=wanted.triggering_tenant(),
        cancellation_key=wanted.cancellation_key,
        skip_delay=bool(wanted.settings and wanted.settings.skip_delay),
    )
    scratch = ScratchServices(world.services, world.now, world.services.payloads)
    return dry_run(dry_run_ports(scratch, world.services.uploads), ENV, run, use_draft=use_draft)


def play_one(world: World, workflow: str, recipient: Any = "jane", **body: Any) -> PlayedRun:
    [played] = play(world, workflow, recipient, **body).runs
    return played


def log(played: PlayedRun) -> list[tuple[str, str | None]]:
    """The names of what happened, each with its step."""
    return [(event.event, event.step_ref) for event in played.run.events]


def told(played: PlayedRun, name: str) -> list[dict[str, Any]]:
    """What is said of all events of that name."""
    return [event.data or {} for event in played.run.events if event.event == name]


def feed_texts(played: PlayedRun) -> list[str]:
    blocks = [one.content["blocks"][0] for one in played.messages if "blocks" in one.content]
    return [block["rendered"].removeprefix("<p>").removesuffix("</p>") for block in blocks]


def everything_stored() -> list[Any]:
    """All rows of the table and all objects of the bucket, byte for byte; but for the counts of requests."""
    found = client("dynamodb").scan(TableName=VARIABLES["TABLE_NAME"])["Items"]
    rows = [row for row in found if not fnmatchcase(row["pk"]["S"], ANY_RATE)]
    objects = client("s3").list_objects_v2(Bucket=VARIABLES["PAYLOAD_BUCKET"]).get("Contents", [])
    return [rows, [(one["Key"], one["ETag"]) for one in objects]]
