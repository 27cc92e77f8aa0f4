"""What leaves the row, and that nothing that left it is ever changed."""

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
