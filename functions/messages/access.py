"""Who may call the messages function. With a user token, messages of anybody else do not exist."""

from tocsin.domain.grants import Grant
from tocsin.lambda_kit.access import Access

ACCESS = Access(
    public={
        "GET /v1/messages/{message_id}": Grant.FEED_READ,
        "PUT /v1/messages/{message_id}/seen": Grant.FEED_WRITE,
        "PUT /v1/messages/{message_id}/read": Grant.FEED_WRITE,
        "PUT /v1/messages/{message_id}/interacted": Grant.FEED_WRITE,
        "PUT /v1/messages/{message_id}/archived": Grant.FEED_WRITE,
        "DELETE /v1/messages/{message_id}/seen": Grant.FEED_WRITE,
        "DELETE /v1/messages/{message_id}/read": Grant.FEED_WRITE,
        "DELETE /v1/messages/{message_id}/archived": Grant.FEED_WRITE,
        "DELETE /v1/messages/{message_id}/unseen": Grant.FEED_WRITE,
        "DELETE /v1/messages/{message_id}/unread": Grant.FEED_WRITE,
        "DELETE /v1/messages/{message_id}/unarchived": Grant.FEED_WRITE,
        "POST /v1/messages/batch/seen": Grant.FEED_WRITE,
        "POST /v1/messages/batch/unseen": Grant.FEED_WRITE,
        "POST /v1/messages/batch/read": Grant.FEED_WRITE,
        "POST /v1/messages/batch/unread": Grant.FEED_WRITE,
        "POST /v1/messages/batch/interacted": Grant.FEED_WRITE,
        "POST /v1/messages/batch/archived": Grant.FEED_WRITE,
        "POST /v1/messages/batch/unarchived": Grant.FEED_WRITE,
        "POST /v1/channels/{channel_id}/messages/bulk/{action}": Grant.FEED_WRITE,
    }
)
