"""Who may call the guides function. The browser fetches, marks and resets; it never unarchives."""

from tocsin.domain.grants import Grant
from tocsin.lambda_kit.access import Access

_GUIDES = "/v1/users/{user_id}/guides"
_MARKS = ("seen", "interacted", "archived")
ACCESS = Access(
    public={
        f"GET {_GUIDES}/{{channel_id}}": Grant.GUIDE_READ,
        **{f"PUT {_GUIDES}/messages/{mark}": Grant.GUIDE_WRITE for mark in _MARKS},
        **{f"PUT {_GUIDES}/messages/{{message_id}}/{mark}": Grant.GUIDE_WRITE for mark in _MARKS},
        f"PUT {_GUIDES}/engagements/reset": Grant.GUIDE_WRITE,
    }
)
