"""A function mounts what it may ever import, and nothing else; and what it mounts is small."""

import io
import zipfile
from pathlib import Path

import pytest

from infra.resources import DELIVERS, RENDERS, SIGNS, layers_of
from layers.bundling.bundles import OUTPUT
from layers.bundling.groups import LAYERS
from tests.infra.imports import packages_of
from tests.infra.stages import ROOT, Stage

PACKAGES = {
    SIGNS: {"cryptography", "jwt"},
    RENDERS: {"babel", "css_inline", "liquid", "markdown_it", "mjml"},
    DELIVERS: {"apprise", "certifi", "h2", "requests"},
}
MOST_LAYERS = 5  # Lambda's limit
# Megabytes as CDK zips them. Who goes beyond asks first what the package is for: a cold start fetches all of it.
LARGEST = {"deps": 7.5, "signing": 5.5, "rendering": 5.0, "delivery": 6.0}
HANDLERS = sorted((ROOT / "functions").glob("*/handler.py"))


@pytest.mark.parametrize("handler", HANDLERS, ids=lambda file: file.parent.name)
def test_a_function_mounts_what_it_may_import(handler: Path) -> None:
    name = handler.parent.name
    packages = packages_of(f"functions.{name}.handler", authenticates="api_handler" in handler.read_text())

    assert {layer for layer in PACKAGES if packages & PACKAGES[layer]} == {*layers_of(name)} - {
        "core",
        "deps",
    }


def test_layers_are_mounted_as_they_are_named(any_stage: Stage) -> None:
    for name, properties in any_stage.functions().items():
        mounted = [layer["Ref"] for layer in properties["Layers"]]

        assert len(mounted) <= MOST_LAYERS
        names = {any_stage.api["Resources"][ref]["Properties"]["LayerName"] for ref in mounted}
        assert names == {any_stage.settings.name(layer) for layer in layers_of(name)}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_stays_small(layer: str) -> None:
    """Of the packages for this machine, which are about as large as those for Lambda's."""
    packages = OUTPUT / "local" / "packages" / layer
    if not packages.is_dir():
        pytest.skip("no bundle is built here: `make build` makes one")

    assert _zipped(packages) / 1e6 <= LARGEST[layer]


def _zipped(folder: Path) -> int:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in folder.rglob("*"):
            archive.write(path, path.relative_to(folder))
    return file.tell()
