"""A start, split by whose code runs: the packages it loads, each on top of those it needs, and our own modules last.

A plain run tells which modules a start loads, each after those it needs. The run that is measured loads the same ones
by package, and sets a mark after each. So a module is its package's, from being looked for on; what it makes of others
while it is loaded, such as a model of pydantic's, is its own.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

PYTHON, URLLIB3, BOTOCORE, PYDANTIC, POWERTOOLS, LIQUID, OTHERS, CLIENT, OUR_MODULES = PARTS = (
    "Python",
    "urllib3",
    "botocore",
    "pydantic",
    "Powertools",
    "Liquid",
    "others",
    "a client",
    "ours",
)
_PACKAGES = {
    PYTHON: sys.stdlib_module_names,
    URLLIB3: ("urllib3",),
    BOTOCORE: ("boto3", "botocore", "certifi", "dateutil", "jmespath", "s3transfer", "six"),
    PYDANTIC: ("annotated_types", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"),
    POWERTOOLS: ("aws_lambda_powertools",),
    LIQUID: ("babel", "liquid", "markdown_it", "markupsafe", "mdurl", "pytz"),
    OUR_MODULES: ("functions", "tocsin"),
}
_PART_OF = {package: part for part, packages in _PACKAGES.items() for package in packages}
# It makes the rest start faster, so it comes first, as it does in every function.
_FIRST = "tocsin"


Number = TypeVar("Number", int, float)


class Step(NamedTuple):
    part: str
    program: str


class Start(NamedTuple):
    """`then` is what the program does beside loading what others wrote, by parts."""

    program: str
    then: Sequence[Step]
    variables: Mapping[str, str]
    path: str


class Split(NamedTuple):
    """A start, step by step."""

    steps: Sequence[Step]
    variables: Mapping[str, str]
    path: str


class Clock(NamedTuple):
    """Lines of a program: what is there before the first mark, and a mark."""

    ready: str
    mark: str


def part_of(module: str) -> str:
    package = module.partition(".")[0]
    built_for_a_platform = package.startswith("_sysconfigdata")
    return PYTHON if built_for_a_platform else _PART_OF.get(package, OTHERS)


def split(start: Start, loaded: Sequence[str]) -> Split:
    """What others wrote of the modules that it loads, and then what is left to do."""
    begun = loaded.index(_FIRST) + 1 if _FIRST in loaded else 0
    rest = [module for module in loaded[begun:] if part_of(module) != OUR_MODULES]
    rest.sort(key=lambda module: PARTS.index(part_of(module)))
    return Split([*_grouped(loaded[:begun]), *_grouped(rest), *start.then], start.variables, start.path)


def _grouped(modules: Iterable[str]) -> Iterator[Step]:
    for part, names in groupby(modules, part_of):
        yield Step(part, "\n".join(f"__import__({name!r})" for name in names))


def marked(every: Iterable[Step], clock: Clock) -> str:
    """The program with a mark before the first step and after each."""
    return "\n".join([clock.ready, clock.mark, *(f"{step.program}\n{clock.mark}" for step in every)])


def sums(every: Sequence[Step], spent: Sequence[Number]) -> dict[str, Number]:
    """By part, with nothing for those that no step is of. Raises ValueError if there are more marks than ours."""
    found = list(zip(every, spent, strict=True))
    return {part: sum(amount for step, amount in found if step.part == part) for part in PARTS}


def whole(amounts: Mapping[str, float]) -> dict[str, int]:
    """Rounded so that they add up to their rounded sum: those that lose most by it are rounded up.

    >>> whole({"a": 1.4, "b": 1.4, "c": 1.4})
    {'a': 2, 'b': 1, 'c': 1}
    """
    rounded = {name: int(amount) for name, amount in amounts.items()}
    missing = round(sum(amounts.values())) - sum(rounded.values())
    for name in sorted(amounts, key=lambda name: rounded[name] - amounts[name])[:missing]:
        rounded[name] += 1
    return rounded
