"""Babel's languages are cut down in the bundle: what filters write with them stays to the letter."""

import os
import subprocess
import sys

from bench.instructions import starts
from layers.bundling.bundles import build
from layers.bundling.slim import LANGUAGES

# Filters write through these, in every length that there is.
_WRITTEN = """
import sys
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo
from babel import Locale
from babel.dates import format_date, format_time, get_datetime_format
from babel.numbers import format_currency, format_decimal

at, amount = datetime(2026, 11, 3, 17, 5, 9, tzinfo=ZoneInfo("America/Sao_Paulo")), Decimal("-1234567.891")
for name in sys.argv[1:]:
    locale = Locale.parse(name)
    for length in ("short", "medium", "long", "full"):
        print(ascii(format_date(at.date(), length, locale)))
        print(ascii(format_time(at, length, tzinfo=at.tzinfo, locale=locale)))
        print(ascii(str(get_datetime_format(length, locale=locale))))
    for code in ("USD", "EUR", "JPY", "XYZ"):
        print(ascii(format_currency(amount, code, locale=locale)))
        print(ascii(locale.currency_formats["standard"].apply(amount, locale, currency=code)))
    print(ascii(format_decimal(amount, locale=locale)))
"""


def test_what_is_written_in_a_language_is_what_babel_writes() -> None:
    list(build("local"))
    names = sorted(LANGUAGES - {"root"})
    whole = subprocess.run(
        [sys.executable, "-c", _WRITTEN, *names], env=os.environ, capture_output=True, text=True, check=True
    )

    told = starts.run_in_bundle(_WRITTEN, *names)

    assert len(told.splitlines()) == 21 * len(names)
    assert told == whole.stdout
