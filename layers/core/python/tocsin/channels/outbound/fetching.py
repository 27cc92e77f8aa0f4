"""HTTP requests that workflows make for their own sake: what came back, or why nothing did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tocsin.channels.base import DeliveryError, RejectedError
from tocsin.channels.outbound.requests import Http, HttpRequest
from tocsin.channels.webhook.signatures import knock_signature, signed_headers
from tocsin.domain.work import Answer, Failed, Fetch, Fetched

SERVICE = "http_fetch"
LONGEST = 2 * 1024 * 1024  # bytes
UNSIGNED = "there is no secret to sign requests with; `.venv/bin/python -m admin environments request-secret` makes one"


@dataclass(frozen=True, slots=True)
class Fetcher:
    """`http` is a client that reads answers up to LONGEST; `secrets` are those that sign, the newest first."""

    http: Http
    secrets: Callable[[], Sequence[str]]
    clock: Callable[[], datetime]

    def perform(self, work: Fetch) -> Answer:
        if work.signed_as is None:
            return self._answer(work)
        secrets = self.secrets()
        if not secrets:
            return Failed("no_signing_secret", UNSIGNED, retryable=False)
        return self._answer(_signed(work, work.signed_as, secrets, self.clock()))

    def _answer(self, work: Fetch) -> Answer:
        request = HttpRequest(SERVICE, work.method.upper(), work.url, work.headers, work.body)
        try:
            answer = self.http(request)
        except DeliveryError as error:
            is_final = isinstance(error, RejectedError)
            return Failed("request_refused" if is_final else "no_answer", str(error), retryable=not is_final)
        if len(answer.body) >= LONGEST:
            return Failed("response_too_large", f"the answer is longer than {LONGEST} bytes", retryable=False)
        return Fetched(answer.status, answer.body)


def _signed(work: Fetch, request_id: str, secrets: Sequence[str], now: datetime) -> Fetch:
    """Each try by its own time: who verifies refuses what is old. Knock's header is signed by the newest secret."""
    body, seconds = work.body or b"", now.timestamp()
    headers = {
        **signed_headers(secrets, request_id, int(seconds), body),
        "x-knock-signature": knock_signature(secrets[0], int(seconds * 1000), body),
    }
    return replace(work, headers={**work.headers, **headers})
