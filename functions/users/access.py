"""Who may call the users function."""

from tocsin.domain.grants import Grant
from tocsin.lambda_kit.access import Access

ACCESS = Access(
    public={
        "GET /v1/users/{user_id}": Grant.USER_READ,
        "PUT /v1/users/{user_id}": Grant.USER_WRITE,
        "GET /v1/users/{user_id}/preferences": Grant.PREFERENCES_READ,
        "GET /v1/users/{user_id}/preferences/{set_id}": Grant.PREFERENCES_READ,
        "PUT /v1/users/{user_id}/preferences/{set_id}": Grant.PREFERENCES_WRITE,
        "PUT /v1/users/{user_id}/preferences/{set_id}/channel_types": Grant.PREFERENCES_WRITE,
        "PUT /v1/users/{user_id}/preferences/{set_id}/channel_types/{channel_type}": Grant.PREFERENCES_WRITE,
        "PUT /v1/users/{user_id}/preferences/{set_id}/categories": Grant.PREFERENCES_WRITE,
        "PUT /v1/users/{user_id}/preferences/{set_id}/categories/{key}": Grant.PREFERENCES_WRITE,
        "PUT /v1/users/{user_id}/preferences/{set_id}/workflows": Grant.PREFERENCES_WRITE,
        "PUT /v1/users/{user_id}/preferences/{set_id}/workflows/{key}": Grant.PREFERENCES_WRITE,
        "GET /v1/users/{user_id}/channel_data/{channel_id}": Grant.CHANNEL_DATA_READ,
        "PUT /v1/users/{user_id}/channel_data/{channel_id}": Grant.CHANNEL_DATA_WRITE,
        "DELETE /v1/users/{user_id}/channel_data/{channel_id}": Grant.CHANNEL_DATA_WRITE,
    }
)
