"""What `/v1/objects/{collection}/bulk/` calls bring."""

from typing import Annotated, Any

from tocsin.contract.bulk_requests import Limit, RowIn, one_per_id
from tocsin.contract.ids import BareObjectId
from tocsin.contract.model import Model
from tocsin.contract.objects import SetObjectIn
from tocsin.contract.subscriptions import SubscribeIn, UnsubscribeIn


class BulkObjectIn(RowIn, SetObjectIn):
    id: BareObjectId


class BulkSetObjectsIn(Model):
    objects: Annotated[list[BulkObjectIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return one_per_id(one.row() for one in self.objects)


class BulkObjectIdsIn(Model):
    object_ids: Annotated[list[BareObjectId], Limit]

    def rows(self) -> list[str]:
        return list(dict.fromkeys(self.object_ids))


class BulkSubscribeIn(RowIn, SubscribeIn):
    id: BareObjectId


class BulkAddSubscriptionsIn(Model):
    """Objects may be named more than once, each time with other recipients."""

    subscriptions: Annotated[list[BulkSubscribeIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return [one.row() for one in self.subscriptions]


class BulkUnsubscribeIn(RowIn, UnsubscribeIn):
    id: BareObjectId


class BulkDeleteSubscriptionsIn(Model):
    subscriptions: Annotated[list[BulkUnsubscribeIn], Limit]

    def rows(self) -> list[dict[str, Any]]:
        return [one.row() for one in self.subscriptions]
