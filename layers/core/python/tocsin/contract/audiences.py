"""Audiences on the wire."""

from typing import Any

from pydantic import Field, model_validator

from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.contract.recipients import InlineRecipientIn
from tocsin.contract.users import user_out
from tocsin.domain.audiences import MAX_MEMBERS, AudienceMember, Membership
from tocsin.domain.clock import to_iso
from tocsin.domain.recipients import MAX_ID_LENGTH, USERS, InlineRecipient, Recipient


class InlineUserIn(InlineRecipientIn):
    @model_validator(mode="after")
    def _a_user(self) -> "InlineUserIn":
        if self.collection not in (None, USERS):
            raise ValueError("must be a user: objects are in no audience")
        return self


class MemberIn(Model):
    user: InlineUserIn = Field(description="At least its `id`; whatever else is sent identifies the user")
    tenant: str | None = Field(default=None, min_length=1, max_length=MAX_ID_LENGTH)

    def membership(self) -> Membership:
        return Membership(self.user.id, self.tenant)


class MembersIn(Model):
    members: list[MemberIn] = Field(max_length=MAX_MEMBERS)

    def inline(self) -> list[tuple[InlineRecipient, str | None]]:
        return [
            (member.user.to_inline(f"members.{place}.user"), member.tenant)
            for place, member in enumerate(self.members)
        ]


class AddMembersQuery(Model):
    create_audience: bool = Field(default=False, description="Make the audience if there is none of that key")


class AudienceMemberOut(Model):
    typename: str = Field(alias="__typename")
    user_id: str
    user: dict[str, Any]
    tenant: str | None
    added_at: str


class AudienceMembersOut(Model):
    entries: list[AudienceMemberOut]
    page_info: PageInfoOut


def member_out(member: AudienceMember, user: Recipient) -> dict[str, Any]:
    return {
        "__typename": "AudienceMember",
        "user_id": member.membership.user_id,
        "user": user_out(user),
        "tenant": member.membership.tenant,
        "added_at": to_iso(member.added_at),
    }
