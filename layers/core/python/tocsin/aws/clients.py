"""AWS clients, lean: what a request does not need (parameter validation, user-agent work, compression) is off."""

from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config

_CONFIG = Config(
    parameter_validation=False,
    user_agent="tocsin",
    retries={"mode": "standard", "max_attempts": 4},
    connect_timeout=3,
    read_timeout=15,
    disable_request_compression=True,
    inject_host_prefix=False,
    s3={"addressing_style": "path"},
)

# A send that timed out may have been taken, and these services have no key that would make a repeat harmless: the
# client tries once, and `deliver` decides what comes next.
_ASKED_ONCE = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
_SENDERS = frozenset({"sesv2", "sns"})


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@lru_cache(maxsize=16)
def client(service: str) -> Any:
    """One client per service and process; region, credentials and endpoint come from the environment."""
    return _session().create_client(service, config=_ASKED_ONCE if service in _SENDERS else _CONFIG)
