"""A recipient as templates and conditions see it."""

from datetime import UTC, datetime

import pytest

from tocsin.contract.users import flattened
from tocsin.domain.recipients import Recipient, RecipientRef, user

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("value", ["a word", {"name": "of another"}])
def test_a_users_own_property_may_be_called_properties(value: object) -> None:
    shown = flattened(Recipient(user("jane"), NOW, NOW, {"name": "Jane", "properties": value}))
    assert (shown["name"], shown["properties"]) == ("Jane", value)


def test_an_objects_properties_stand_beside_what_it_is() -> None:
    shown = flattened(Recipient(RecipientRef("projects", "p1"), NOW, NOW, {"name": "Apollo", "id": "mine"}))
    assert (shown["name"], shown["id"], shown["collection"]) == ("Apollo", "p1", "projects")
    assert "properties" not in shown
