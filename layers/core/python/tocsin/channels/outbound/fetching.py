"""HTTP requests that workflows make for their own sake: what came back, or why nothing did."""

from dataclasses import dataclass

from tocsin.channels.base import DeliveryError, RejectedError
from tocsin.channels.outbound.requests import Http, HttpRequest
from tocsin.domain.work import Answer, Failed, Fetch, Fetched

SERVICE = "http_fetch"
LONGEST = 2 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Fetcher:
    """`http` is a client that reads answers up to LONGEST."""

    http: Http

    def perform(self, work: Fetch) -> Answer:
        request = HttpRequest(SERVICE, work.method.upper(), work.url, work.headers, work.body)
        try:
            answer = self.http(request)
        except DeliveryError as error:
            is_final = isinstance(error, RejectedError)
            return Failed("request_refused" if is_final else "no_answer", str(error), retryable=not is_final)
        if len(answer.body) >= LONGEST:
            return Failed("response_too_large", f"the answer is longer than {LONGEST} bytes", retryable=False)
        return Fetched(answer.status, answer.body)
