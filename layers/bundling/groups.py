"""Which packages lie in which layer, so that a function mounts no more than it may ever import.

Every function has `deps`, which holds whatever is not named here.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

DEPS = "deps"
DISTRIBUTIONS = {
    "signing": ("cryptography", "cffi", "pyjwt"),
    "rendering": (
        "babel",
        "css_inline",
        "importlib_resources",
        "markdown_it_py",
        "markupsafe",
        "mdurl",
        "mjml_python",
        "python_liquid",
        "pytz",
    ),
    "delivery": (
        "apprise",
        "certifi",
        "charset_normalizer",
        "h2",
        "hpack",
        "hyperframe",
        "idna",
        "markdown",
        "oauthlib",
        "requests",
        "requests_oauthlib",
    ),
}
LAYERS = (DEPS, *DISTRIBUTIONS)


def share_out(installed: Path, destination: Path) -> None:
    """Moves what was installed to `<layer>/python` below the destination."""
    for layer, distributions in DISTRIBUTIONS.items():
        folder = destination / layer / "python"
        folder.mkdir(parents=True)
        for name in distributions:
            for entry in {
                entry for info in installed.glob(f"{name}-*.dist-info") for entry in _entries(info)
            }:
                (installed / entry).rename(folder / entry)
    rest = destination / DEPS / "python"
    rest.parent.mkdir()
    installed.rename(rest)


def _entries(info: Path) -> Iterator[str]:
    """What the distribution put beside its own metadata, which come last: they say what the rest is."""
    listed = {Path(row[0]).parts[0] for row in csv.reader((info / "RECORD").read_text().splitlines())}
    yield from (name for name in listed if (info.parent / name).exists() and name not in {"..", "bin"})
