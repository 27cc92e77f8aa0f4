"""`python -m admin`, as an operator types it."""

import json
from dataclasses import replace
from typing import Any

import jwt
import pytest
from botocore.exceptions import ClientError

from admin import __main__ as admin
from admin import connection, options
from admin.connection import AdminError, Stores
from admin.seed import Sender, seed, seed_local
from tests.builders.terminal import SENDER, TABLE, Terminal
from tocsin.domain.channels import Channel
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.environments import KeyKind, hash_of


def everything(stores: Stores) -> Any:
    slugs = ("development", "production")
    return (
        stores.environments.all(),
        [stores.channels.all(slug) for slug in slugs],
        [stores.definitions.draft(slug, DefinitionKind.EMAIL_LAYOUT, "default") for slug in slugs],
        [stores.definitions.head(slug, DefinitionKind.EMAIL_LAYOUT, "default") for slug in slugs],
    )


def test_a_seed_makes_all_that_a_first_call_needs(terminal: Terminal, stores: Stores) -> None:
    code, out, _ = terminal.run("seed", *SENDER, "--sender-name", "App", "--json")
    assert code == 0
    channels = json.loads(out)["channels"]

    environments, in_both, drafts, heads = everything(stores)
    assert [environment.slug for environment in environments] == ["development", "production"]
    for found in in_both:
        assert {channel.key: channel.id for channel in found} == channels
        assert {(channel.type, channel.provider) for channel in found} == {
            ("email", "email_aws_ses"),
            ("in_app_feed", "in_app_feed_knock"),
        }
        [email] = [channel for channel in found if channel.key == "email"]
        assert email.settings == {"from_address": "notifications@app.test", "from_name": "App"}
    assert all(head.version_id and head.sha == draft.sha for head, draft in zip(heads, drafts, strict=True))


def test_seeding_again_changes_nothing(terminal: Terminal, stores: Stores) -> None:
    terminal.run("seed", *SENDER)
    before = everything(stores)

    for arguments in ((), SENDER):
        code, out, _ = terminal.run("seed", *arguments)
        assert (code, out.splitlines()[0]) == (0, "nothing to do: everything is there")
        assert everything(stores) == before


def test_seeding_with_another_sender_changes_only_the_sender(terminal: Terminal, stores: Stores) -> None:
    terminal.run("seed", *SENDER, "--sender-name", "App")
    ids = {channel.key: channel.id for channel in stores.channels.all("production")}
    _, out, _ = terminal.run("seed", "--sender", "new@app.test")

    assert "sender of the channel email in production" in out
    [email] = [channel for channel in stores.channels.all("production") if channel.key == "email"]
    assert email.settings == {"from_address": "new@app.test", "from_name": "App"}
    assert {channel.key: channel.id for channel in stores.channels.all("production")} == ids


def test_a_seed_that_broke_off_is_completed_with_the_same_ids(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = stores.channels.put

    def breaks_in_production(env: str, *rest: Any) -> Channel:
        if env == "production":
            raise ConnectionError
        return put(env, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(stores.channels, "put", breaks_in_production)
        with pytest.raises(ConnectionError):
            seed(stores, Sender("a@app.test"))
    made = {channel.key: channel.id for channel in stores.channels.all("development")}

    assert seed(stores, Sender("a@app.test")).channels == made
    assert {channel.key: channel.id for channel in stores.channels.all("production")} == made


def test_an_edited_layout_survives_a_seed(stores: Stores) -> None:
    seed(stores, Sender("a@app.test"))
    kind = DefinitionKind.EMAIL_LAYOUT
    draft = stores.definitions.draft("development", kind, "default")
    assert draft is not None
    stores.definitions.save_draft(
        "development", replace(draft, content={**draft.content, "name": "Mine"}, sha="mine")
    )
    seed(stores, None)
    edited = stores.definitions.draft("development", kind, "default")
    assert edited is not None
    assert edited.content["name"] == "Mine"


def test_the_first_seed_asks_for_a_sender_and_writes_nothing_without(
    terminal: Terminal, stores: Stores
) -> None:
    code, _, err = terminal.run("seed")
    assert (code, "--sender notifications@example.com" in err) == (1, True)
    assert stores.environments.all() == []


def test_a_wrong_table_is_one_clear_line(aws: None, capsys: pytest.CaptureFixture[str]) -> None:
    code = admin.main(["seed", *SENDER, "--table", "nowhere"])
    assert code == 1
    assert "there is no table 'nowhere'" in capsys.readouterr().err


def test_no_table_is_one_clear_line(
    aws: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(options.TABLE_VARIABLE, raising=False)
    assert admin.main(["seed", *SENDER]) == 1
    assert "which table?" in capsys.readouterr().err


def test_no_region_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    assert admin.main(["seed", *SENDER, "--table", "t"]) == 1
    assert "which AWS region?" in capsys.readouterr().err


def test_an_emulator_that_is_not_there_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    code = admin.main(["seed", *SENDER, "--table", "t", "--endpoint", "http://127.0.0.1:9"])
    assert code == 1
    assert "cannot reach the table at http://127.0.0.1:9" in capsys.readouterr().err


def test_the_environment_may_name_the_emulator(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(options.ENDPOINT_VARIABLE, "http://127.0.0.1:9")
    assert admin.main(["seed", *SENDER, "--table", "t"]) == 1
    assert "cannot reach the table at http://127.0.0.1:9" in capsys.readouterr().err


def test_the_local_seed_hands_over_all_that_a_client_needs(
    monkeypatch: pytest.MonkeyPatch, aws: None
) -> None:
    # moto stands where the emulator would: the same calls, without an address.
    real = connection.connect(TABLE)
    monkeypatch.setattr("admin.seed.connect", lambda *_: real)
    first = seed_local(TABLE, "http://127.0.0.1:4566", "a@app.test", sink="http://127.0.0.1:8700/sink")
    second = seed_local(TABLE, "http://127.0.0.1:4566", "a@app.test", sink="http://127.0.0.1:8700/sink")

    assert first.environment == "development"
    assert set(first.channels) == {"in-app", "email", "sms", "push", "chat", "webhook"}
    assert second.channels == first.channels
    for token, kind in (
        (first.secret_key, KeyKind.SECRET),
        (first.public_key, KeyKind.PUBLIC),
        (first.service_token, KeyKind.SERVICE),
        (second.secret_key, KeyKind.SECRET),
    ):
        stored = real.api_keys.get(hash_of(token))
        assert stored is not None
        assert stored.kind is kind
    token = jwt.encode({"sub": "jane"}, second.signing_key, algorithm="RS256")
    newest = real.signing_keys.all("development")[-1]
    assert jwt.decode(token, newest.public_key, algorithms=["RS256"]) == {"sub": "jane"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ExpiredTokenException", "log in again"),
        ("AccessDeniedException", "AWS refused: AccessDeniedException: because"),
    ],
)
def test_what_aws_refuses_is_said_in_one_sentence(code: str, message: str) -> None:
    refusal = ClientError({"Error": {"Code": code, "Message": "because"}}, "PutItem")
    with pytest.raises(AdminError, match=message), connection.readable_errors("t", None):
        raise refusal
