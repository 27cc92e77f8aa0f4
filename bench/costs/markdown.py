"""Tables in markdown: written so that their source reads as well, and read again."""

from collections.abc import Iterator, Sequence


def table(heading: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The first column to the left, all others to the right, as numbers stand.

    >>> print(table(["what", "$"], [["a call", "1"], ["a row", "10.5"]]))
    | what   |    $ |
    |--------|-----:|
    | a call |    1 |
    | a row  | 10.5 |
    """
    lines = [heading, *rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    head, *others = (_row(line, widths) for line in lines)
    rule = f"|{'-' * (widths[0] + 2)}|" + "".join(f"{'-' * (width + 1)}:|" for width in widths[1:])
    return "\n".join([head, rule, *others])


def _row(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
    return f"| {' | '.join([line[0].ljust(widths[0]), *cells])} |"


def read_table(text: str) -> dict[str, dict[str, float]]:
    """The first table of numbers of a text: rows by their names, cells by their columns.

    >>> read_table(table(["what", "$"], [["a call", "1"], ["a row", "10.5"]]))
    {'a call': {'$': 1.0}, 'a row': {'$': 10.5}}
    """
    (_, *columns), _, *rows = _cells(text)
    return {name: dict(zip(columns, map(float, cells), strict=True)) for name, *cells in rows}


def _cells(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]
