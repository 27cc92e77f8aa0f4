"""Who may call the objects function."""

from tocsin.domain.grants import Grant
from tocsin.lambda_kit.access import Access

ACCESS = Access(
    public={
        "GET /v1/objects/{collection}/{object_id}/channel_data/{channel_id}": Grant.CHANNEL_DATA_READ,
        "PUT /v1/objects/{collection}/{object_id}/channel_data/{channel_id}": Grant.CHANNEL_DATA_WRITE,
        "DELETE /v1/objects/{collection}/{object_id}/channel_data/{channel_id}": Grant.CHANNEL_DATA_WRITE,
    }
)
