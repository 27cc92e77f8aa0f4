"""What each provider takes of a recipient, and what it refuses."""

from typing import Any

import pytest

from tests.builders.channels import channel
from tocsin.domain.channel_data import MAX_CHANNEL_DATA_BYTES, checked
from tocsin.domain.errors import InvalidParamsError

WEBHOOK = {"incoming_webhook": {"url": "https://hooks.app.test/1"}}
PLAYER = "182bd5e5-6e1a-4fe4-a799-aa6d9a6ab26e"


def device(token: str, **more: Any) -> dict[str, Any]:
    return {"token": token, "locale": None, "timezone": None, **more}


def refused(provider: str, data: object) -> list[str]:
    """The fields that are wrong."""
    with pytest.raises(InvalidParamsError) as caught:
        checked(channel(provider), data)
    return [problem.field for problem in caught.value.problems]


@pytest.mark.parametrize("provider", ["push_fcm", "push_apns", "push_expo"])
def test_tokens_become_devices(provider: str) -> None:
    assert checked(channel(provider), {"tokens": ["a", "b"]}) == {
        "tokens": ["a", "b"],
        "devices": [device("a"), device("b")],
    }


def test_devices_become_tokens_and_keep_what_is_known_of_them() -> None:
    sent = {"devices": [{"token": "a", "locale": "de-AT", "model": "Fairphone"}, {"token": "b"}]}
    assert checked(channel("push_fcm"), sent) == {
        "devices": [device("a", locale="de-AT", model="Fairphone"), device("b")],
        "tokens": ["a", "b"],
    }


def test_what_was_read_may_be_written_again() -> None:
    read = checked(channel("push_fcm"), {"devices": [{"token": "a", "timezone": "Europe/Vienna"}]})
    assert checked(channel("push_fcm"), read) == read


def test_two_lists_that_disagree_are_refused() -> None:
    """Somebody logged out on a device: guessing could send to it again."""
    assert refused("push_fcm", {"tokens": ["a"], "devices": [{"token": "a"}, {"token": "b"}]}) == [
        "data.tokens"
    ]


def test_a_device_counts_once_and_its_later_words_count() -> None:
    sent = {"devices": [{"token": "a"}, {"token": "b"}, {"token": "a", "locale": "de"}]}
    assert checked(channel("push_fcm"), sent)["devices"] == [device("a", locale="de"), device("b")]


def test_no_devices_is_an_answer_too() -> None:
    assert checked(channel("push_fcm"), {"tokens": []}) == {"tokens": [], "devices": []}
    assert checked(channel("push_fcm"), {"tokens": None, "devices": []}) == {"tokens": [], "devices": []}


def test_sns_has_its_own_word_for_a_token() -> None:
    assert checked(channel("push_aws_sns"), {"target_arns": ["arn:a"]}) == {
        "target_arns": ["arn:a"],
        "devices": [{"target_arn": "arn:a", "locale": None, "timezone": None}],
    }
    assert refused("push_aws_sns", {"tokens": ["a"]}) == ["data.target_arns"]
    assert refused("push_aws_sns", {"devices": [{"token": "a"}]}) == ["data.devices.0.target_arn"]


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        (None, ["data"]),
        ("token", ["data"]),
        ([], ["data"]),
        ({}, ["data.tokens"]),
        ({"target_arns": ["a"]}, ["data.tokens"]),
        ({"tokens": "a"}, ["data.tokens"]),
        ({"tokens": {"0": "a"}}, ["data.tokens"]),
        ({"tokens": ["a", "", 1, None, " "]}, [f"data.tokens.{place}" for place in (1, 2, 3, 4)]),
        ({"devices": [{}, "a", {"token": "b", "locale": 1, "timezone": []}]}, None),
        ({"tokens": [["a"]], "devices": []}, ["data.tokens.0"]),
        ({"tokens": ["a" * MAX_CHANNEL_DATA_BYTES]}, ["data"]),
    ],
)
def test_what_push_refuses(data: object, fields: list[str] | None) -> None:
    expected = fields or [
        "data.devices.0.token",
        "data.devices.1",
        "data.devices.2.locale",
        "data.devices.2.timezone",
    ]
    assert refused("push_fcm", data) == expected


def test_one_signal_knows_players() -> None:
    assert checked(channel("push_one_signal"), {"player_ids": [PLAYER]}) == {"player_ids": [PLAYER]}
    assert refused("push_one_signal", {"player_ids": ["jane", 7]}) == [
        "data.player_ids.0",
        "data.player_ids.1",
    ]
    assert refused("push_one_signal", {"tokens": ["a"]}) == ["data.player_ids"]


@pytest.mark.parametrize(
    ("provider", "data"),
    [
        ("chat_slack", {"connections": []}),
        ("chat_slack", {"connections": [WEBHOOK], "token": None}),
        ("chat_slack", {"connections": [{"channel_id": "C1", "channel_name": "general"}]}),
        (
            "chat_slack",
            {"connections": [{"user_id": "U1", "access_token": "xoxb-1", "incoming_webhook": None}]},
        ),
        ("chat_slack", {"connections": [], "token": {"access_token": "xoxb-1"}, "scopes": [1.5]}),
        ("chat_slack", {"connections": [], "token": {"access_token": None}}),
        ("chat_ms_teams", {"connections": [WEBHOOK], "ms_teams_tenant_id": None}),
        (
            "chat_ms_teams",
            {"connections": [{"ms_teams_team_id": "t", "ms_teams_channel_id": "19:x@thread.tacv2"}]},
        ),
        ("chat_ms_teams", {"connections": [{"ms_teams_user_id": PLAYER, "ms_teams_tenant_id": PLAYER}]}),
        ("chat_discord", {"connections": [{"channel_id": "42"}, WEBHOOK]}),
        ("chat_telegram", {"connections": [{"chat_id": "-1001"}]}),
        ("chat_apprise", {"connections": [{"incoming_webhook": {"url": "ntfys://jane:pw@ntfy.sh/orders"}}]}),
        ("chat_apprise", {"connections": [WEBHOOK]}),
    ],
)
def test_chat_data_is_kept_as_it_came(provider: str, data: dict[str, Any]) -> None:
    assert checked(channel(provider), data) == data


@pytest.mark.parametrize(
    ("provider", "data", "fields"),
    [
        ("chat_slack", {}, ["connections"]),
        ("chat_slack", {"connections": {}}, ["connections"]),
        ("chat_slack", {"connections": ["C1", {}]}, ["connections.0", "connections.1"]),
        ("chat_slack", {"connections": [{"channel_name": "general"}]}, ["connections.0"]),
        ("chat_slack", {"connections": [{"channel_id": 7}]}, ["connections.0.channel_id"]),
        ("chat_slack", {"connections": [{"channel_id": " "}]}, ["connections.0.channel_id"]),
        ("chat_slack", {"connections": [{"incoming_webhook": "u"}]}, ["connections.0.incoming_webhook"]),
        ("chat_slack", {"connections": [{"incoming_webhook": {}}]}, ["connections.0.incoming_webhook.url"]),
        (
            "chat_slack",
            {"connections": [{"incoming_webhook": {"url": "file:///etc/passwd"}}]},
            ["connections.0.incoming_webhook.url"],
        ),
        ("chat_slack", {"connections": [], "token": "xoxb"}, ["token"]),
        ("chat_slack", {"connections": [], "token": {}}, ["token.access_token"]),
        ("chat_slack", {"connections": [], "token": {"access_token": 1}}, ["token.access_token"]),
        ("chat_ms_teams", {"ms_teams_tenant_id": "t"}, ["connections"]),
        ("chat_ms_teams", {"connections": [], "ms_teams_tenant_id": 1}, ["ms_teams_tenant_id"]),
        ("chat_ms_teams", {"connections": [{}]}, ["connections.0"]),
        ("chat_discord", {"connections": [{"user_id": "1"}]}, ["connections.0"]),
        ("chat_telegram", {"connections": [WEBHOOK]}, ["connections.0"]),
        ("chat_apprise", {"connections": [{"channel_id": "42"}]}, ["connections.0"]),
        (
            "chat_apprise",
            {"connections": [{"incoming_webhook": {"url": "ntfy.sh/orders"}}]},
            ["connections.0.incoming_webhook.url"],
        ),
        (
            "chat_apprise",
            {"connections": [{"incoming_webhook": {"url": "syslog://"}}]},
            ["connections.0.incoming_webhook.url"],
        ),
        ("chat_telegram", {"connections": [{"chat_id": 5}]}, ["connections.0.chat_id"]),
    ],
)
def test_what_chat_refuses(provider: str, data: object, fields: list[str]) -> None:
    assert refused(provider, data) == [f"data.{field}" for field in fields]


@pytest.mark.parametrize("provider", ["sms_twilio", "http_knock_webhook", "chat_whatsapp"])
@pytest.mark.parametrize("data", [{}, {"tokens": ["a"]}, None])
def test_channels_that_need_nothing_take_nothing(provider: str, data: object) -> None:
    assert refused(provider, data) == ["data"]
