"""Who may call the feeds function."""

from tocsin.domain.grants import Grant
from tocsin.lambda_kit.access import Access

ACCESS = Access(
    public={
        "GET /v1/users/{user_id}/feeds/{channel_id}": Grant.FEED_READ,
        "GET /v1/users/{user_id}/feeds/{channel_id}/settings": Grant.FEED_READ,
    }
)
