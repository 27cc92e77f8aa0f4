"""Leaves of Babel's languages what numbers, amounts, dates and times are written with.

The names of languages, units and currencies, and what writes durations and short forms, are two thirds of each, and
nothing that templates can call asks for them. A section stays, and is empty, so that whoever does ask finds no name
and goes on.
"""

import pickle
from pathlib import Path

# fmt: off
UNASKED = {
    "languages", "scripts", "variants",
    "unit_patterns", "unit_display_names", "compound_unit_patterns", "measurement_systems",
    "currency_names", "currency_names_plural", "compact_currency_formats", "compact_decimal_formats",
    "date_fields", "datetime_skeletons", "interval_formats", "list_patterns", "ordinal_form",
}
# fmt: on


def trim(locale_data: Path) -> None:
    for file in sorted(locale_data.glob("*.dat")):
        sections = pickle.loads(file.read_bytes())
        kept = {name: {} if name in UNASKED else section for name, section in sections.items()}
        file.write_bytes(pickle.dumps(kept))
