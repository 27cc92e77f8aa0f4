"""Tables in markdown: written so that their source reads as well, and read again."""

from collections.abc import Iterator, Sequence


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


def _cells(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]
