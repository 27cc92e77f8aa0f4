"""Who may import whom. A direction that no test checks is a direction for a month."""

import pytest

from tests.architecture.sources import Source, sources, under

pytestmark = pytest.mark.architecture

# package -> the packages of ours that it may import beside itself
ALLOWED = {
    "tocsin.domain": set[str](),
    "tocsin.rendering": {"tocsin.domain"},
    "tocsin.engine": {"tocsin.domain"},
    "tocsin.channels": {"tocsin.domain", "tocsin.rendering"},
    "tocsin.contract": {"tocsin.domain"},
    "tocsin.usecases": {
        "tocsin.domain",
        "tocsin.engine",
        "tocsin.rendering",
        "tocsin.channels",
        "tocsin.contract",
    },
    "tocsin.store": {"tocsin.domain", "tocsin.engine.outcome", "tocsin.contract.tasks"},
    "tocsin.aws": {"tocsin.domain", "tocsin.contract.tasks"},
    "tocsin.lambda_kit": {"tocsin"},
    "infra": {"tocsin.store.keys", "functions"},
    "local": {"admin", "layers.build"},
    "admin": {"tocsin", "functions"},
    # Measures all of it; nothing that is deployed, nor what runs it locally, knows of being measured.
    "bench": {"tocsin", "functions", "infra", "layers", "local", "admin"},
}
OURS = ("tocsin", "functions", "infra", "local", "admin", "bench")


def _strays(source: Source, package: str, allowed: set[str]) -> list[str]:
    ours = [name for name in source.imports() if name.split(".")[0] in OURS]
    permitted = {package, *allowed}
    return [name for name in ours if not any(f"{name}.".startswith(f"{prefix}.") for prefix in permitted)]


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_lies_below_it(package: str) -> None:
    strays = {source.module: _strays(source, package, ALLOWED[package]) for source in under(package)}
    assert {module: names for module, names in strays.items() if names} == {}


def test_the_keys_import_nothing_of_ours() -> None:
    [keys] = under("tocsin.store.keys")
    assert [name for name in keys.imports() if name.split(".")[0] in OURS] == []


def test_infra_reads_only_the_environments_of_functions() -> None:
    read = {name for source in under("infra") for name in source.imports() if name.startswith("functions")}
    assert {name for name in read if ".env" not in name} == set()


def test_a_function_imports_no_other_function() -> None:
    strays = []
    for source in under("functions"):
        own = ".".join(source.module.split(".")[:2])
        strays += [
            f"{source.module} -> {name}"
            for name in source.imports()
            if name.startswith("functions.") and not name.startswith(f"{own}.")
        ]
    assert strays == []


def test_the_core_knows_nothing_of_what_is_built_on_it() -> None:
    above = ("functions", "infra", "local", "admin", "bench")
    strays = [
        (source.module, name)
        for source in under("tocsin")
        for name in source.imports()
        if name.split(".")[0] in above
    ]
    assert strays == []


def test_the_pure_packages_know_no_aws() -> None:
    pure = [
        source
        for package in ("domain", "engine", "rendering", "usecases")
        for source in under(f"tocsin.{package}")
    ]
    strays = [
        (source.module, name)
        for source in pure
        for name in source.imports()
        if name.startswith(("boto", "aws_"))
    ]
    assert strays == []


def test_every_source_was_looked_at() -> None:
    assert len(sources()) > 100
