"""Packages of others start with less of themselves, and are what they were to whoever asks."""

import sys
from importlib import import_module
from pathlib import Path

import pytest

from layers.bundling.deferred import imported_where_used, looked_up

NAMES = '''"""Names."""
from .heavy import Heavy, Other
from .light import light
from .used import VERSION

__version__ = VERSION
__all__ = ["Heavy", "Other", "light", "VERSION"]
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a name that nobody else has, and gone with its test."""
    folder = tmp_path / "named_here"
    folder.mkdir()
    (folder / "heavy.py").write_text("Heavy, Other = 'heavy', 'other'\n")
    (folder / "light.py").write_text("def light(): return 'light'\n")
    (folder / "used.py").write_text("VERSION = '1'\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("", ".heavy", ".light", ".used"):
        monkeypatch.delitem(sys.modules, f"named_here{name}", raising=False)
    return folder


def test_what_a_package_only_names_is_imported_when_it_is_asked_for(package: Path) -> None:
    (package / "__init__.py").write_text(looked_up(NAMES))

    named = import_module("named_here")
    assert "named_here.heavy" not in sys.modules
    assert (named.Heavy, named.Other, named.__version__) == ("heavy", "other", "1")
    with pytest.raises(AttributeError, match="no attribute 'Nobody'"):
        _ = named.Nobody


def test_a_name_that_is_its_modules_as_well_stays_what_it_was(package: Path) -> None:
    (package / "__init__.py").write_text(looked_up(NAMES))

    import_module("named_here.light")
    assert import_module("named_here").light() == "light"


def test_a_package_that_looks_names_up_by_itself_is_left_alone() -> None:
    theirs = f"{NAMES}\ndef __getattr__(name): ...\n"

    assert looked_up(theirs) == theirs


LATER = '''from __future__ import annotations
import json
import wave


def written(value, file: wave.Wave_read) -> str:
    """JSON."""
    if value:
        return json.dumps(value)
    return wave.__name__
'''


def test_functions_import_what_they_alone_use(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict[str, object] = {}
    exec(imported_where_used(LATER, ("json", "wave")), names)
    written: object = names["written"]

    assert not {"json", "wave"} & names.keys()
    assert callable(written)
    assert (written([1], None), written([], None)) == ("[1]", "wave")


def test_a_module_of_a_package_is_used_by_the_name_of_the_package() -> None:
    later = imported_where_used(
        "import os.path\ndef name(): return 1\ndef here():\n    os.path\n", ("os.path",)
    )

    assert later == "\ndef name(): return 1\ndef here():\n    import os.path\n    os.path\n"


@pytest.mark.parametrize(
    "use",
    [
        "JSON = json.dumps(1)",
        "class Ours(json.JSONEncoder): ...",
        "def written(to=json.dumps): ...",
        "__all__ = ['json']",
        "def written(a):\n    if a: ...\n    elif json: ...",
        "def written(json):\n    return json.a",
        "def written(a):\n    for json in a:\n        json()",
        "",
    ],
    ids=["statement", "base", "default", "named", "elif", "argument", "assigned", "nobody"],
)
def test_what_is_used_elsewhere_is_imported_as_ever(use: str) -> None:
    text = f"import json\n{use}\n"

    assert imported_where_used(text, ("json",)) == text
