"""What is built is rebuilt exactly when its inputs change, and holds only what Lambda needs."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from layers.bundling import botocore_data, bundles, inputs, languages
from layers.bundling.slim import slim


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(inputs, "ROOT", tmp_path)
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "one.py").write_text("one = 1\n")
    (tmp_path / "package" / "two.py").write_text("two = 2\n")
    return tmp_path / "package"


def _write(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("anything")


CHANGES: dict[str, Callable[[Path], object]] = {
    "edited": lambda folder: (folder / "one.py").write_text("one = 2\n"),
    "added": lambda folder: (folder / "three.py").write_text(""),
    "removed": lambda folder: (folder / "two.py").unlink(),
    "renamed": lambda folder: (folder / "two.py").rename(folder / "deux.py"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_shows_in_the_fingerprint(sources: Path, change: Callable[[Path], object]) -> None:
    before = inputs.fingerprint([sources])
    change(sources)
    assert inputs.fingerprint([sources]) != before


def test_bytecode_and_times_do_not_show(sources: Path) -> None:
    before = inputs.fingerprint([sources])
    _write(sources / "__pycache__" / "one.cpython-313.pyc")
    (sources / "one.py").touch()
    assert inputs.fingerprint([sources]) == before


def test_other_facts_show(sources: Path) -> None:
    assert inputs.fingerprint([sources], "local") != inputs.fingerprint([sources], "aws")


def test_a_bundle_is_built_once_and_again_after_a_change(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(folder: Path, target: str) -> None:
        (folder / "python").mkdir()
        (folder / "python" / "one.py").write_text((sources / "one.py").read_text())

    monkeypatch.setattr(bundles, "_BUNDLES", {"local": (bundles._Bundle("core", (sources,), fill),)})
    monkeypatch.setattr(bundles, "OUTPUT", tmp_path / "build")
    monkeypatch.setattr(bundles, "_SELF", sources)
    monkeypatch.setattr(bundles, "ROOT", tmp_path)
    assert list(bundles.build("local")) == ["built build/local/core"]
    assert list(bundles.build("local")) == []
    CHANGES["edited"](sources)
    assert list(bundles.build("local")) == ["built build/local/core"]
    package = tmp_path / "build" / "local" / "core" / "python"
    assert (package / "one.py").read_text() == "one = 2\n"
    bytecode = next((package / "__pycache__").iterdir()).read_bytes()
    assert bytecode[4:8] == (0b01).to_bytes(
        4, "little"
    )  # unchecked-hash: valid whatever the file's time says


def test_slimming_keeps_what_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore_data, "trim", lambda botocore: None)
    monkeypatch.setattr(languages, "trim", lambda locale_data: None)
    kept = (
        "botocore/data/dynamodb/2012-08-10/endpoint-rule-set-1.json.gz",
        "botocore/data/partitions.json",
        "botocore/docs/docstring.py",
        "babel/locale-data/root.dat",
        "babel/locale-data/en.dat",
        "babel/locale-data/de_CH.dat",
        "aws_lambda_powertools/utilities/data_classes/__init__.py",
        "aws_lambda_powertools/utilities/serialization.py",
        "apprise/plugins/ntfy.py",
        "pydantic-2.0.dist-info/METADATA",
        "pydantic-2.0.dist-info/licenses/LICENSE",
    )
    dropped = (
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/dynamodb/2012-08-10/examples-1.json",
        "babel/locale-data/ga.dat",
        "aws_lambda_powertools/utilities/kafka/__init__.py",
        "pytz/zoneinfo/Europe/Berlin",
        "pydantic/v1/main.py",
        "dateutil/zoneinfo/dateutil-zoneinfo.tar.gz",
        "simplejson/tests/test_decode.py",
        "apprise/i18n/de/LC_MESSAGES/apprise.mo",
        "yaml/cyaml.py",
        "bin/jp.py",
    )
    for name in (*kept, *dropped):
        _write(tmp_path / name)
    slim(tmp_path)
    assert [name for name in kept if not (tmp_path / name).exists()] == []
    assert [name for name in dropped if (tmp_path / name).exists()] == []


def test_the_local_layer_puts_its_packages_first(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "OUTPUT", tmp_path / "build")
    monkeypatch.setattr(bundles, "_PACKAGES", (sources,))
    monkeypatch.setattr(bundles, "_SELF", sources)
    bundles._fill_pointer("deps", tmp_path / "layer", "local")
    [site_packages] = (tmp_path / "layer").glob("python/lib/python3.*/site-packages")
    program = f"import site, sys; site.addsitedir({str(site_packages)!r}); print(sys.path[0])"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(tmp_path / "build" / "local" / "packages" / "deps" / "python")
