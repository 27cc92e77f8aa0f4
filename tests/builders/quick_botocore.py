"""botocore, without what makes tests slow. What it answers stays the same.

Each session reads the descriptions of AWS anew: where all services are, and for a client what its service can do. A
command line makes a session per command, and a test gives many commands. Here a file is read once in a process.
"""

from functools import cache
from typing import Any

from botocore.loaders import JSONFileLoader, Loader

_any_file = JSONFileLoader.load_file
_any_services = Loader.list_available_services


def quicken() -> None:
    """Once for all tests of a process."""
    JSONFileLoader.load_file = _file  # type: ignore[method-assign, assignment]
    Loader.list_available_services = _services  # type: ignore[method-assign, assignment]


def _file(_: JSONFileLoader, file_path: str) -> Any:
    return _read(file_path)


@cache
def _read(path: str) -> Any:
    return _any_file(JSONFileLoader(), path)


def _services(loader: Loader, type_name: str) -> list[str]:
    return _listed(tuple(loader.search_paths), type_name)


@cache
def _listed(folders: tuple[str, ...], type_name: str) -> list[str]:
    return _any_services(Loader(folders, include_default_search_paths=False), type_name)
