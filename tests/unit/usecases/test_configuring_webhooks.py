"""Webhooks' secrets are paid for one by one: none is made that no webhook has."""

from typing import Any

from tests.builders.webhooks import ENV, NOON, Rows
from tocsin.domain.errors import ConflictError
from tocsin.domain.signing_secrets import SigningSecret
from tocsin.domain.webhooks import Webhook
from tocsin.usecases.configure_webhooks import WebhookPorts, rotate_secret


class Rotated(Rows):
    """A row that somebody else writes, too: the first two writes meet theirs."""

    tries = 0

    def put(self, env: str, row: Any) -> Any:
        self.tries += 1
        if self.tries < 3:
            raise ConflictError("somebody was faster")
        return super().put(env, row)

    def delete(self, env: str, webhook: Webhook) -> None:
        del self[(webhook.id,)]


class Secrets(set[str]):
    def put(self, env: str, webhook_id: str, name: str, text: str) -> None:
        self.add(name)

    def delete(self, env: str, webhook_id: str, name: str) -> None:
        self.discard(name)


def test_a_rotation_that_meets_other_writes_leaves_no_secret_behind() -> None:
    webhooks, secrets = Rotated(), Secrets({"first"})
    webhooks[("w-1",)] = Webhook("w-1", "https://app.test", NOON, NOON, secrets=(SigningSecret("first"),))
    names = iter(["second", "third", "fourth"])
    ports = WebhookPorts(webhooks, secrets, names.__next__, lambda: "text")

    rotate_secret(ports, ENV, "w-1", NOON)

    assert webhooks.tries == 3
    assert secrets == {one.name for one in webhooks[("w-1",)].secrets}
