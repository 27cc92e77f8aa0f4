"""`cdk synth -c stage=local|dev|prod|…`: offline, without credentials and without Docker."""

import sys
from pathlib import Path

from aws_cdk import App

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "layers/core/python"))

from infra.settings import LOCAL, Settings  # noqa: E402
from infra.stacks import build  # noqa: E402

# What else of the `context` in cdk.json is read, or given with `-c`: infra/settings.py says what it means.
CONTEXT = ("event_sources", "public_url", "event_bus", "snap_start")


def main(assets: Path) -> None:
    app = App()
    try:
        stage = app.node.try_get_context("stage") or LOCAL
        told = {name: app.node.try_get_context(name) or "" for name in CONTEXT}
        settings = Settings.for_stage(stage, assets, **told)
    except ValueError as error:
        sys.exit(str(error))
    if missing := settings.missing_assets():
        names = ", ".join(path.name for path in missing)
        sys.exit(f"{settings.assets} has no {names}: run `make build TARGET={settings.target}` first")
    build(app, settings)
    app.synth()


if __name__ == "__main__":
    main(ROOT / "build")
