"""What a dry run answers to the slow work that steps ask for: that it succeeded and had nothing to say."""

from typing import Any, assert_never

from tocsin.domain.work import Answer, Failed, Fetch, Fetched, Prompt, Replied, Work

EMPTY_ANSWER = 204
REPLY = "(what the model would say)"
UNKNOWN = Failed(
    "answer_unknown", "what follows depends on an answer that a dry run cannot know", retryable=False
)


def assumed_answer(work: Work) -> tuple[Answer, dict[str, Any]]:
    """And what the log says of the work."""
    match work:
        case Fetch():
            return Fetched(EMPTY_ANSWER, b""), {"method": work.method, "url": work.url}
        case Prompt():
            return Replied(REPLY, "end_turn", 0, 0), {"model": work.model, "prompt": work.text}
        case _:
            assert_never(work)
