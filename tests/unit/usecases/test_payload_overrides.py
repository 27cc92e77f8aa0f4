"""Payload overrides as a message is made: whose count, and what they have to be."""

from typing import Any

import pytest

from tests.builders.play import NOW
from tocsin.domain.channels import SMS, Channel
from tocsin.engine.context import CompositionError, Reaching
from tocsin.usecases.composing.overrides import template_overrides


def made(template: str | None, channel: str | None = None, **data: Any) -> dict[str, Any]:
    settings = {"payload_overrides": channel} if channel is not None else {}
    return template_overrides(
        Reaching(
            channel=Channel("c1", "sms", "SMS", SMS, "sms_twilio", NOW, NOW, settings),
            step={"template": {"text_body": "Hi", "settings": {"payload_overrides": template}}},
            scope={"data": data},
            now=NOW,
        )
    )


def test_a_templates_own_stand_for_the_channels() -> None:
    assert made('{"ttl": {{ data.ttl }}}', '{"shorten": true}', ttl=5) == {"payload_overrides": {"ttl": 5}}
    assert made("{}", '{"shorten": true}') == {}


@pytest.mark.parametrize("template", [None, ""])
def test_a_template_that_says_nothing_leaves_the_channels(template: str | None) -> None:
    assert made(template, '{"to": {{ data.to | json }}}', to='"x"') == {"payload_overrides": {"to": '"x"'}}
    assert made(template) == {}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{"a": {{ data.missing }}}', "payload_overrides: what was rendered is not JSON"),
        ("[{{ data.list }}]", "payload_overrides: what was rendered must be a JSON object"),
        ('{"__strategy__": "{{ data.how }}"}', 'must be "merge" or "replace"'),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_what_does_not_render_to_a_json_object_is_a_template_error(source: str, message: str) -> None:
    with pytest.raises(CompositionError, match=message):
        made(source)
