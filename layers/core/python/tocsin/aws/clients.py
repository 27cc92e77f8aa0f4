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


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@lru_cache(maxsize=16)
def client(service: str) -> Any:
    """One client per service and process; region, credentials and endpoint come from the environment."""
    return _session().create_client(service, config=_CONFIG)
