"""`python -m admin environments request-secret`, as an operator types it."""

from admin.connection import Stores
from tests.builders.terminal import Terminal

MAKE = ("environments", "request-secret")


def test_the_secret_alone_is_printed_and_can_be_piped(seeded: Terminal, stores: Stores) -> None:
    _, first, _ = seeded.run(*MAKE, "development")
    code, second, err = seeded.run(*MAKE, "development")

    assert code == 0
    assert "cannot be shown again" in err
    assert "signs as well until" in err
    environment = stores.environments.get("development")
    assert environment is not None
    names = [one.name for one in environment.request_secrets]
    assert stores.request_secrets.get("development", names) == [first.strip(), second.strip()]


def test_an_environment_that_is_not_there_is_named(seeded: Terminal) -> None:
    code, _, err = seeded.run(*MAKE, "moon")
    assert code == 1
    assert "moon" in err
