"""Tables in markdown: written so that their source reads as well, and read again, each under its heading."""

from collections.abc import Iterator, Sequence

_HEADING = "\n## "


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Words to the left and numbers to the right, as they stand.

    >>> print(table(["what", "$", "why"], [["a call", "1", "so"], ["a row", "10.5", "such"]]))
    | what   |    $ | why  |
    |--------|-----:|------|
    | a call |    1 | so   |
    | a row  | 10.5 | such |
    """
    columns = list(zip(heading, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    numbers = [number > 0 and not any(map(_is_word, column[1:])) for number, column in enumerate(columns)]
    rule = "|".join(
        "-" * (width + 1) + (":" if right else "-") for width, right in zip(widths, numbers, strict=True)
    )
    head, *others = (_row(line, widths, numbers) for line in [heading, *rows])
    return "\n".join([head, f"|{rule}|", *others])


def _is_word(cell: str) -> bool:
    return cell[:1].isalpha()


def _row(line: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    cells = zip(line, widths, numbers, strict=True)
    return (
        f"| {' | '.join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in cells)} |"
    )


def read_table(text: str) -> dict[str, dict[str, float]]:
    """The first table of numbers of a text: rows by their names, cells by their columns.

    >>> read_table(table(["what", "$"], [["a call", "1"], ["a row", "10.5"]]))
    {'a call': {'$': 1.0}, 'a row': {'$': 10.5}}
    """
    (_, *columns), _, *rows = _cells(text)
    return {name: dict(zip(columns, map(float, cells), strict=True)) for name, *cells in rows}


def section(text: str, title: str) -> str:
    """What stands under a heading of the second level.

    >>> section("# All\\n\\n## One\\n\\nfirst\\n\\n## Two\\n\\nsecond\\n", "One")
    '\\nfirst\\n'
    """
    _, _, found = _parts(text, title)
    return found.partition(_HEADING)[0]


def with_table(text: str, title: str, written: str) -> str:
    """The same text with another table under that heading; the words above it stay.

    >>> with_table("# All\\n\\n## One\\n\\nwords\\n\\n| old |\\n\\n## Two\\n", "One", "| new |")
    '# All\\n\\n## One\\n\\nwords\\n\\n| new |\\n\\n## Two\\n'
    """
    before, heading, found = _parts(text, title)
    own, following, after = found.partition(_HEADING)
    words = own.partition("\n|")[0]
    return f"{before}{heading}{words}\n{written}\n{following}{after}"


def _parts(text: str, title: str) -> tuple[str, str, str]:
    before, heading, after = text.partition(f"{_HEADING}{title}\n")
    if not heading:
        raise LookupError(f"there is no heading {title!r}")
    return before, heading, after


def _cells(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]
