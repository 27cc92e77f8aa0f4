"""How many segments carriers make of a text."""

import pytest

from tocsin.domain.sms_segments import GSM_7, UCS_2, Segments, segments_of


@pytest.mark.parametrize(
    ("text", "count", "encoding"),
    [
        ("", 1, GSM_7),
        ("Grüße, 5 £ à la carte\n", 1, GSM_7),
        ("a" * 160, 1, GSM_7),
        ("a" * 161, 2, GSM_7),
        ("a" * 306, 2, GSM_7),
        ("a" * 307, 3, GSM_7),
        ("€" * 80, 1, GSM_7),
        ("a" + "€" * 80, 2, GSM_7),
        ("✓" * 70, 1, UCS_2),
        ("✓" + "a" * 70, 2, UCS_2),
        ("✓" * 134, 2, UCS_2),
        ("✓" * 135, 3, UCS_2),
        ("😀" * 35, 1, UCS_2),
        ("😀" * 36, 2, UCS_2),
        ("â", 1, UCS_2),
    ],
)
def test_a_text_is_cut_as_its_alphabet_allows(text: str, count: int, encoding: str) -> None:
    assert segments_of(text) == Segments(count, encoding)


def test_a_character_that_takes_two_places_is_not_cut_in_two() -> None:
    """153 places hold 76 of them, 67 hold 33: the place that is left over stays empty."""
    assert segments_of("€" * 152).count == 2
    assert segments_of("€" * 153).count == 3
    assert segments_of("😀" * 66).count == 2
    assert segments_of("😀" * 67).count == 3
