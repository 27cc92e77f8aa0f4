"""An address that bounced for good or called an email spam gets no more of them; another one does."""

from tests.builders.world import EMAIL, World
from tocsin.domain.suppression import SUPPRESSED_EMAIL


def test_nothing_is_sent_to_an_address_that_is_suppressed_until_there_is_another(world: World) -> None:
    jane = world.user("jane", email="jane@app.test", **{SUPPRESSED_EMAIL: "Jane@app.test"})
    world.workflow("mail", [EMAIL])

    world.trigger("mail", "jane")
    world.settle()
    assert world.messages_of(jane) == []

    world.user("jane", email="new@app.test")
    world.trigger("mail", "jane")
    world.settle()
    [message] = world.messages_of(jane)
    assert message.snapshot["email"] == "new@app.test"
