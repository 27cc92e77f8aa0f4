"""The one origin that clients speak to, in front of the emulator's API; on AWS, CloudFront is in its place.

It hands on method, path, query and body byte for byte, and adds what the gateway would lose: the request's path as the
client wrote it, because the gateway decodes `%2F` before it picks a route. A slash inside an id travels as `%252F`.
Like CloudFront it lets a page read those answers, too, that the gateway or the origin itself makes.
"""

import argparse
import asyncio
import json
import logging
import re
import signal
from collections.abc import AsyncIterator, Iterable, Mapping

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector, web
from multidict import CIMultiDict
from yarl import URL

from local.post_office import PostOffice
from local.settings import HOST
from local.sink import Sink

RAW_PATH_HEADER = "x-tocsin-raw-path"
HOST_HEADER = "x-tocsin-host"
BODY_LIMIT = 10 * 1024 * 1024  # API Gateway's
UPSTREAM_PATIENCE = 30.0  # API Gateway's
_HOP_BY_HOP = {
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}
# What lets a page read an answer that the gateway did not make; infra/cors.py has the same for AWS.
_READABLE_BY_PAGES = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": (
        "retry-after,x-ratelimited-message_ids,x-request-id,idempotent-replayed,original-x-request-id"
    ),
}
_REBUILT = {
    "host",
    "content-length",
    "expect",
    RAW_PATH_HEADER,
    HOST_HEADER,
    "x-forwarded-for",
    "x-forwarded-proto",
}
_ENCODED_SLASH = re.compile("%2f", re.IGNORECASE)
_log = logging.getLogger("origin")


class Origin:
    def __init__(self, upstream: str) -> None:
        """`upstream` is the API's own address, to which request paths are appended."""
        self._upstream = upstream.rstrip("/")

    def application(self) -> web.Application:
        app = web.Application(client_max_size=BODY_LIMIT)
        app.cleanup_ctx.append(self._connect)
        Sink().add_to(app)
        PostOffice(str(URL(self._upstream).origin())).add_to(app)
        app.router.add_route("*", "/{path:.*}", self._forward)
        return app

    async def _connect(self, app: web.Application) -> AsyncIterator[None]:
        # shorter than the emulator's keep-alive, so that a connection is never used while the other side closes it
        self._session = ClientSession(
            connector=TCPConnector(limit=0, keepalive_timeout=10),
            timeout=ClientTimeout(total=UPSTREAM_PATIENCE),
            cookie_jar=DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        )
        yield
        await self._session.close()

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        answer = await self._answer(request)
        if "Origin" in request.headers and "Access-Control-Allow-Origin" not in answer.headers:
            answer.headers.update(_READABLE_BY_PAGES)
        return answer

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _error(
                413,
                "request_too_large",
                f"the body is larger than {BODY_LIMIT} bytes",
                "invalid_request_error",
            )
        try:
            return await self._ask_upstream(request, body)
        except (ClientError, TimeoutError) as problem:
            _log.warning("%s %s: upstream failed: %r", request.method, request.raw_path, problem)
            return _error(
                502, "bad_gateway", "the emulator does not answer; see .local/emulator.log", "api_error"
            )

    async def _ask_upstream(self, request: web.Request, body: bytes) -> web.StreamResponse:
        target = _origin_form(request.raw_path)
        headers = CIMultiDict(_end_to_end(request.headers, _REBUILT))
        path, question_mark, query = target.partition("?")
        headers[RAW_PATH_HEADER] = path
        headers[HOST_HEADER] = request.host
        headers["x-forwarded-for"] = request.remote or HOST
        headers["x-forwarded-proto"] = "http"
        url = URL(f"{self._upstream}{_ENCODED_SLASH.sub('%252F', path)}{question_mark}{query}", encoded=True)
        async with self._session.request(
            request.method, url, headers=headers, data=body or None, allow_redirects=False
        ) as answer:
            answer_headers = CIMultiDict(_end_to_end(answer.headers, {"content-length"}))
            return web.Response(status=answer.status, headers=answer_headers, body=await answer.read())


def _origin_form(raw: str) -> str:
    """`/path?query` also from the absolute form that clients send to a proxy."""
    return raw if raw.startswith("/") else URL(raw, encoded=True).raw_path_qs


def _end_to_end(headers: Mapping[str, str], rebuilt: set[str]) -> Iterable[tuple[str, str]]:
    named = {name.strip().lower() for name in headers.get("Connection", "").split(",")}
    dropped = _HOP_BY_HOP | named | rebuilt
    return [(name, value) for name, value in headers.items() if name.lower() not in dropped]


def _error(status: int, code: str, message: str, kind: str) -> web.Response:
    body = {"code": code, "message": message, "status": status, "type": kind}
    return web.Response(status=status, text=json.dumps(body), content_type="application/json")


async def serve(upstream: str, port: int) -> None:
    """Until the process is told to stop."""
    runner = web.AppRunner(
        Origin(upstream).application(),
        access_log_format="%r %s %Tfs",
        shutdown_timeout=1.0,
        handle_signals=False,
    )
    await runner.setup()
    await web.TCPSite(runner, HOST, port).start()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.origin")
    parser.add_argument("--upstream", required=True)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    asyncio.run(serve(arguments.upstream, arguments.port))


if __name__ == "__main__":
    main()
