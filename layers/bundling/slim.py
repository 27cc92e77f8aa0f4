"""Takes out of installed packages what no function reads: less to upload, to unpack and to walk on a cold start."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from layers.bundling import botocore_data, languages

# what templates can format numbers and dates for, with all regions; any other locale falls back to English
# fmt: off
LANGUAGES = {
    "root", "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fr",
    "he", "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "nb", "nl", "no", "pl",
    "pt", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "ta", "th", "tr", "uk", "vi", "zh",
}
# fmt: on
POWERTOOLS_UTILITIES = {"batch", "data_classes", "jmespath_utils", "typing", "validation"}
# Apprise's pictures and its errors in other languages; and what its command and its configuration files take.
APPRISE_UNUSED = ("apprise/assets", "apprise/i18n", "apprise/cli.py", "click", "yaml", "_yaml")
# What cffi needs where it compiles.
CFFI_UNUSED = ("pycparser",)
_METADATA_KEPT = {"METADATA", "entry_points.txt", "licenses"}


def slim(packages: Path) -> None:
    _keep(packages / "botocore" / "data", set(botocore_data.OPERATIONS))
    botocore_data.trim(packages / "botocore")
    _keep(packages / "aws_lambda_powertools" / "utilities", POWERTOOLS_UTILITIES)
    _keep_languages(packages / "babel" / "locale-data")
    languages.trim(packages / "babel" / "locale-data")
    _remove(packages / name for name in ("bin", ".lock", "pytz/zoneinfo", "pydantic/v1"))
    _remove(packages.glob("aws_lambda_powertools/event_handler/openapi/swagger_ui/*.min.*"))
    _remove(packages.glob("botocore/data/*/*/examples-*"))
    _remove(packages.glob("dateutil/zoneinfo/*.tar.gz"))
    _remove(packages.glob("*/**/tests"))
    _remove(packages.glob("jsonschema/benchmarks"))
    _remove(packages / name for name in (*APPRISE_UNUSED, *CFFI_UNUSED))
    _remove(packages.rglob("*.pyi"))


def drop_surplus_metadata(packages: Path) -> None:
    """Last of all: until then it says which file belongs to which package."""
    _remove(entry for info in packages.glob("*.dist-info") for entry in _surplus_metadata(info))


def _keep(data: Path, names: set[str]) -> None:
    _remove(entry for entry in data.iterdir() if entry.is_dir() and entry.name not in names)


def _keep_languages(locale_data: Path) -> None:
    _remove(file for file in locale_data.glob("*.dat") if file.stem.split("_")[0] not in LANGUAGES)


def _surplus_metadata(info: Path) -> Iterable[Path]:
    return [entry for entry in info.iterdir() if entry.name not in _METADATA_KEPT]


def _remove(entries: Iterable[Path]) -> None:
    for entry in list(entries):
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink(missing_ok=True)
