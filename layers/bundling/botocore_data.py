"""What botocore reads before the first call, cut down to our services, their operations and their authorities.

The local stack runs on the same cut, so a call that is missing here fails there before it can fail on AWS.
"""

import gzip
import json
from pathlib import Path
from typing import Any

from layers.bundling import BuildError

# what functions call; a call that is not here raises AttributeError, a service UnknownServiceError
OPERATIONS = {
    "bedrock-runtime": {"Converse"},
    "dynamodb": {
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "GetItem",
        "PutItem",
        "Query",
        "TransactWriteItems",
        "UpdateItem",
    },
    "events": {"PutEvents"},
    "s3": {"DeleteObject", "GetObject", "PutObject"},
    "secretsmanager": {"CreateSecret", "DeleteSecret", "GetSecretValue", "PutSecretValue"},
    "sesv2": {"SendEmail"},
    "sns": {"Publish"},
    "sqs": {"SendMessage", "SendMessageBatch"},
    "stepfunctions": {"StartExecution"},
}
_ENDPOINT_PREFIXES = {"dynamodb", "events", "s3", "secretsmanager", "email", "sns", "sqs", "states"}
# The authorities that sign for AWS's endpoints: Amazon asks to trust its own and Starfield's, others sign in some
# regions. Each new connection reads the whole file: 126 certificates take 25 ms, these take two.
AUTHORITIES = ("CN=Amazon Root CA ", "O=Starfield Technologies", "CN=DigiCert Global Root ")

Json = dict[str, Any]


def trim(botocore: Path) -> None:
    _trim_endpoints(botocore / "data" / "endpoints.json")
    _trim_authorities(botocore / "cacert.pem")
    for service, operations in OPERATIONS.items():
        for model in (botocore / "data" / service).glob("*/service-2.json.gz"):
            _trim_model(model, operations)


def _trim_endpoints(file: Path) -> None:
    """Every client that is created parses this file, and its 1.2 MB are mostly other services."""
    endpoints = json.loads(file.read_text())
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {
            name: services[name] for name in sorted(_ENDPOINT_PREFIXES & services.keys())
        }
    file.write_text(json.dumps(endpoints, separators=(",", ":")))


def _trim_authorities(file: Path) -> None:
    """Only botocore reads this file; whatever else speaks TLS has the authorities of the system."""
    blocks = [block for block in file.read_text().split("\n\n") if "BEGIN CERTIFICATE" in block]
    kept = [block for block in blocks if any(name in block.split("-----BEGIN")[0] for name in AUTHORITIES)]
    if len(kept) < len(AUTHORITIES):
        raise BuildError(f"{file} no longer says whose certificates it holds")
    file.write_text("\n\n".join(kept) + "\n")


def _trim_model(file: Path, operations: set[str]) -> None:
    """A service's description without its prose, and without the calls and shapes that nobody uses."""
    model: Json = json.loads(gzip.decompress(file.read_bytes()))
    if missing := operations - model["operations"].keys():
        raise BuildError(f"{file} has no operation {', '.join(sorted(missing))}")
    model["operations"] = {name: model["operations"][name] for name in sorted(operations)}
    wanted = _shapes_below(model["operations"], model["shapes"])
    model["shapes"] = {name: shape for name, shape in model["shapes"].items() if name in wanted}
    for part in ("operations", "shapes"):  # elsewhere botocore asks for it
        model[part] = _without_prose(model[part])
    text = json.dumps(model, separators=(",", ":"))
    file.write_bytes(gzip.compress(text.encode(), mtime=0))  # no time: the same input, the same bytes


def _shapes_below(part: object, shapes: Json) -> set[str]:
    found: set[str] = set()
    ahead = [part]
    while ahead:
        match ahead.pop():
            case {"shape": str(name), **rest}:
                ahead += rest.values()
                if name not in found:
                    found.add(name)
                    ahead.append(shapes[name])
            case dict() as parts:
                ahead += parts.values()
            case list() as parts:
                ahead += parts
    return found


def _without_prose(part: Any) -> Any:
    match part:
        case dict():
            return {
                name: _without_prose(value)
                for name, value in part.items()
                if name != "documentation" or not isinstance(value, str)
            }
        case list():
            return [_without_prose(value) for value in part]
    return part
