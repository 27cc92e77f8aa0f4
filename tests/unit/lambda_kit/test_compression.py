"""What goes out compressed: long answers, to whoever takes them so, and nothing of what they say is changed."""

import doctest

import pytest

from tests.builders.answers import is_compressed, received, sent
from tocsin.lambda_kit import compression
from tocsin.lambda_kit.compression import LEAST, compressed, takes_gzip

LONG = '{"name":"' + "Jané 😀 " * LEAST + '"}'
ANSWER = {
    "statusCode": 200,
    "headers": {"x-request-id": "r"},
    "body": LONG,
    "isBase64Encoded": False,
}


def test_what_the_docstrings_say_is_so() -> None:
    assert doctest.testmod(compression).failed == 0


def test_a_long_answer_is_a_fraction_of_itself_and_reads_the_same() -> None:
    answer = compressed(ANSWER, "gzip, deflate, br")

    assert len(sent(answer)) < len(LONG.encode()) / 5
    assert received(answer) == LONG
    assert answer["headers"] == {
        "x-request-id": "r",
        "content-encoding": "gzip",
        "vary": "accept-encoding",
    }


def test_whoever_keeps_answers_is_told_that_there_are_two_of_this_one() -> None:
    """RFC 9110, 12.5.5."""
    plain = compressed(ANSWER, "identity")

    assert plain["headers"]["vary"] == "accept-encoding"
    assert (plain["body"], plain["isBase64Encoded"]) == (LONG, False)


def test_what_is_given_stays_as_it_is() -> None:
    before = {**ANSWER, "headers": dict(ANSWER["headers"])}  # type: ignore[call-overload]

    compressed(ANSWER, "gzip")

    assert before == ANSWER


@pytest.mark.parametrize(
    "answer",
    [
        {**ANSWER, "body": "x" * (LEAST - 1)},
        {**ANSWER, "body": ""},
        {"statusCode": 204, "headers": {}},
        {**ANSWER, "isBase64Encoded": True},
    ],
    ids=["short", "empty", "none", "no text"],
)
def test_what_gains_nothing_goes_out_as_it_is(answer: dict[str, object]) -> None:
    assert compressed(answer, "gzip") is answer


@pytest.mark.parametrize(
    ("accepted", "is_taken"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("br, gzip", True),
        ("deflate,gzip;q=1.0", True),
        ("gzip ; q = 0.001", True),
        ("", False),
        ("identity", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("x-gzip-of-mine", False),
        ("*", False),
        (",;,;q=", False),
    ],
)
def test_gzip_is_sent_to_whoever_names_it(accepted: str, is_taken: bool) -> None:
    assert takes_gzip(accepted) is is_taken
    assert is_compressed(compressed(ANSWER, accepted)) is is_taken
