"""AWS clients, lean: what a request does not need (parameter validation, user-agent work, compression) is off."""

from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.parsers import ResponseParserFactory

from tocsin.aws.plain_json import PlainJson

_CONFIG = Config(
    parameter_validation=False,
    user_agent="tocsin",
    retries={"mode": "standard", "max_attempts": 4},
    connect_timeout=3,
    read_timeout=15,
    disable_request_compression=True,
    inject_host_prefix=False,
    s3={"addressing_style": "path"},
    account_id_endpoint_mode="disabled",
)

# A send that timed out may have been taken, and these services have no key that would make a repeat harmless: the
# client tries once, and `deliver` decides what comes next.
_ASKED_ONCE = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
# By default an address to upload to is signed the old way in some regions, which buckets of today refuse.
_STORAGE = _CONFIG.merge(Config(signature_version="s3v4"))
# A model replies when it is done, at length; whether to ask again is the step's decision.
_PATIENT = _ASKED_ONCE.merge(Config(read_timeout=25))
_CONFIGS = {"bedrock-runtime": _PATIENT, "s3": _STORAGE, "sesv2": _ASKED_ONCE, "sns": _ASKED_ONCE}


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


@lru_cache(maxsize=16)
def client(service: str) -> Any:
    """One client per service and process; region, credentials and endpoint come from the environment."""
    if service == "dynamodb":
        return _of_rows(PlainJson())
    return _created(service, ResponseParserFactory())


def _of_rows(plain: PlainJson) -> Any:
    made = _created("dynamodb", plain)
    plain.attach(made)
    return made


def _created(service: str, parsers: ResponseParserFactory) -> Any:
    session = _session()
    session.register_component("response_parser_factory", parsers)
    return session.create_client(service, config=_CONFIGS.get(service, _CONFIG))
