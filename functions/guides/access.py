"""Who may call the guides function."""

from tocsin.domain.grants import Grant
from tocsin.lambda_kit.access import Access

ACCESS = Access(
    public={
        "GET /v1/users/{user_id}/guides/{channel_id}": Grant.GUIDE_READ,
        "PUT /v1/users/{user_id}/guides/messages/{status}": Grant.GUIDE_WRITE,
        "PUT /v1/users/{user_id}/guides/messages/{message_id}/{status}": Grant.GUIDE_WRITE,
        "PUT /v1/users/{user_id}/guides/{channel_id}/messages/{message_id}/{status}": Grant.GUIDE_WRITE,
        "PUT /v1/users/{user_id}/guides/engagements/reset": Grant.GUIDE_WRITE,
    }
)
