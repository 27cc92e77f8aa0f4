"""Objects on the wire."""

from typing import Any

from pydantic import ConfigDict, Field

from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.contract.recipients import OWNED
from tocsin.domain.recipients import InlineRecipient, RecipientRef


class SetObjectIn(Model):
    """Any properties; those that are not named here are kept as they come."""

    model_config = ConfigDict(extra="allow")

    name: str | None = None
    locale: str | None = Field(default=None, description="A language tag, such as de-AT")
    timezone: str | None = Field(default=None, description="An IANA time zone, such as Europe/Vienna")
    channel_data: dict[str, Any] | None = Field(default=None, description="By channel id")
    preferences: dict[str, Any] | None = Field(default=None, description="By id of the preference set")

    def to_inline(self, ref: RecipientRef) -> InlineRecipient:
        """What was sent and only that: a property that is absent is left alone, a null overwrites."""
        sent = self.model_dump(exclude_unset=True)
        properties = {name: value for name, value in sent.items() if name not in OWNED}
        return InlineRecipient(ref, "", properties, self.channel_data or {}, self.preferences or {})


class ObjectOut(Model):
    """An object: its properties as they were sent, apart from what is ours."""

    typename: str = Field(alias="__typename")
    id: str
    collection: str
    properties: dict[str, Any]
    created_at: str | None = None
    updated_at: str


class ObjectsPageOut(Model):
    entries: list[ObjectOut]
    page_info: PageInfoOut
