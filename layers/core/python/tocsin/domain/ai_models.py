"""How workflows name models: `bedrock:` and what Amazon Bedrock calls a model or an inference profile."""

import re

PROVIDER = "bedrock"
EXAMPLE = f"{PROVIDER}:amazon.nova-lite-v1:0"
LONGEST = 2048
_ID = r"[a-z0-9-]+\.[A-Za-z0-9.:-]+"
_PROFILE = r"arn:aws[a-z-]*:bedrock:[a-z0-9-]+:[0-9]{12}:(application-)?inference-profile/[A-Za-z0-9.:-]+"
_BEDROCK = re.compile(f"{_ID}|{_PROFILE}")


def bedrock_id(name: str) -> str:
    """Raises ValueError, in words for whoever wrote the name.

    >>> bedrock_id("bedrock:eu.anthropic.claude-haiku-4-5-20251001-v1:0")
    'eu.anthropic.claude-haiku-4-5-20251001-v1:0'
    """
    provider, _, model = name.partition(":")
    if provider != PROVIDER:
        raise ValueError(
            f"{name[:80]!r} is not on Amazon Bedrock, and models run nowhere else: write `{PROVIDER}:` and the id of a"
            f" model or inference profile, such as {EXAMPLE}"
        )
    if len(model) > LONGEST or not _BEDROCK.fullmatch(model):
        raise ValueError(
            f"{model[:80]!r} is no id of a Bedrock model, nor id or ARN of an inference profile; {EXAMPLE} names one"
        )
    return model
