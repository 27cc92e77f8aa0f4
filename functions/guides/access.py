"""Who may call the guides function. The browser fetches, marks and resets; it never unarchives."""

from tocsin.domain.grants import Grant
from tocsin.lambda_kit.access import Access

ACCESS = Access(
    public={
        "GET /v1/users/{user_id}/guides/{channel_id}": Grant.GUIDE_READ,
        "PUT /v1/users/{user_id}/guides/messages/seen": Grant.GUIDE_WRITE,
        "PUT /v1/users/{user_id}/guides/messages/interacted": Grant.GUIDE_WRITE,
        "PUT /v1/users/{user_id}/guides/messages/archived": Grant.GUIDE_WRITE,
        "PUT /v1/users/{user_id}/guides/messages/{message_id}/seen": Grant.GUIDE_WRITE,
        "PUT /v1/users/{user_id}/guides/messages/{message_id}/interacted": Grant.GUIDE_WRITE,
        "PUT /v1/users/{user_id}/guides/messages/{message_id}/archived": Grant.GUIDE_WRITE,
        "PUT /v1/users/{user_id}/guides/engagements/reset": Grant.GUIDE_WRITE,
    }
)
