"""What `/v1/users/bulk/` calls bring."""

from typing import Annotated, Any

from pydantic import Field

from tocsin.contract.bulk_requests import Limit, RowIn, one_per_id
from tocsin.contract.documented import DocumentedAs
from tocsin.contract.ids import BareUserId
from tocsin.contract.model import Model
from tocsin.contract.preferences import PreferenceSettings
from tocsin.contract.users import IdentifyUserIn
from tocsin.domain.preferences import DEFAULT, PERSISTENCE, Settings


class BulkUserIn(RowIn, IdentifyUserIn):
    id: BareUserId


class BulkIdentifyUsersIn(Model):
    users: Annotated[list[BulkUserIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return one_per_id(user.row() for user in self.users)


class BulkUserIdsIn(Model):
    user_ids: Annotated[list[BareUserId], Limit]

    def rows(self) -> list[str]:
        return list(dict.fromkeys(self.user_ids))


class BulkPreferenceSetRequest(PreferenceSettings):
    """A set as it is sent for many: it always replaces."""

    id: str = Field(default=DEFAULT, description="`default`, or a tenant's id")


class BulkPreferencesIn(BulkUserIdsIn):
    """The set is checked by the rules of the domain, which know every field by its path."""

    preferences: Annotated[Settings, DocumentedAs(BulkPreferenceSetRequest)]

    def replacing(self) -> Settings:
        """What to write: a strategy that was sent has no say."""
        return {name: value for name, value in self.preferences.items() if name != PERSISTENCE}
