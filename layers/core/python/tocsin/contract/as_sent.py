"""Bodies that are stored as they came, and read again by whoever works on them."""

from typing import Any, Self

from pydantic import ModelWrapValidatorHandler, PrivateAttr, model_validator

from tocsin.contract.model import Model


class AsSent(Model):
    """Remembers itself as it was sent, in `_sent`."""

    _sent: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _checked(cls, sent: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        return handler(sent).remember(sent)

    def remember(self, sent: dict[str, Any]) -> Self:
        self._sent = sent
        return self
