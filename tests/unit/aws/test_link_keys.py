"""The keys of links, as processes remember them."""

from typing import Any

from tocsin.aws.link_keys import REMEMBERED_SECONDS, LinkKeySecret
from tocsin.domain.signed_links import LinkKeys


class Secrets:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def get_secret_value(self, **asked: str) -> dict[str, Any]:
        self.asked.append(asked["SecretId"])
        return {"SecretString": '{"old": "k1", "current": "k2"}'}


def test_the_current_key_signs_and_all_are_read_once_and_again_when_they_may_have_changed() -> None:
    secrets, now = Secrets(), [0.0]
    secret = LinkKeySecret(lambda: secrets, "name", lambda: now[0])  # type: ignore[arg-type, return-value]

    assert [secret.read(), secret.read()] == [LinkKeys((b"k2", b"k1"))] * 2
    assert secrets.asked == ["name"]
    now[0] += REMEMBERED_SECONDS
    secret.read()
    assert secrets.asked == ["name", "name"]
