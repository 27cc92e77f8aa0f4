"""What leaves the row, and that nothing that left it is ever changed."""

from decimal import Decimal

import pytest

from tocsin.store.payloads import MAX_INLINE, Payloads


class Storage(dict[str, bytes]):
    """Objects in memory."""

    def put(self, key: str, body: bytes) -> None:
        self[key] = body

    def get(self, key: str) -> bytes:  # type: ignore[override]
        return self[key]


def test_what_counts_is_bytes_because_a_row_counts_bytes() -> None:
    payloads = Payloads(Storage())
    assert "json" in payloads.pack("k", "x" * (MAX_INLINE // 2))
    assert "s3" in payloads.pack("k", "😀" * (MAX_INLINE // 2))


def test_another_value_under_the_same_key_leaves_the_first_one_alone() -> None:
    payloads = Payloads(Storage())
    one, other = "a" * MAX_INLINE, "b" * MAX_INLINE
    first, second = payloads.pack("k", one), payloads.pack("k", other)
    assert (payloads.unpack(first), payloads.unpack(second)) == (one, other)


def test_the_same_value_packed_again_takes_no_more_room() -> None:
    storage = Storage()
    payloads = Payloads(storage)
    assert payloads.pack("k", "a" * MAX_INLINE) == payloads.pack("k", "a" * MAX_INLINE)
    assert len(storage) == 1


def test_what_saves_a_kilobyte_by_it_is_compressed_and_comes_back_as_it_was() -> None:
    payloads = Payloads(Storage())
    html = {"html": "<tr><td style='padding: 8px'>Jåne 😀</td></tr>" * 100, "amount": Decimal("12.50")}

    packed = payloads.pack("k", html, tightly=True)

    assert list(packed) == ["zlib"]
    assert len(packed["zlib"]) < len(payloads.pack("k", html)["json"]) / 10
    assert payloads.unpack(packed) == html


@pytest.mark.parametrize("text", ["x" * 900, "".join(map(chr, range(500, 1_100)))])
def test_what_would_take_as_many_kilobytes_stays_readable(text: str) -> None:
    assert list(Payloads(Storage()).pack("k", text, tightly=True)) == ["json"]


def test_what_moves_out_is_not_compressed() -> None:
    assert list(Payloads(Storage()).pack("k", "a" * MAX_INLINE, tightly=True)) == ["s3"]
