"""The origin hands requests on as they came, tells the path as it was written, and fails in our error shape."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientSession, web
from yarl import URL

from infra import cors
from local import ports
from local.origin import BODY_LIMIT, HOST_HEADER, RAW_PATH_HEADER, Origin

Scenario = Callable[["Harness"], Coroutine[Any, Any, None]]


class Harness:
    """An upstream that remembers what reached it, behind an origin."""

    def __init__(self, session: ClientSession, origin: str) -> None:
        self.session, self.origin = session, origin
        self.seen: list[tuple[web.Request, bytes]] = []
        self.answer = web.Response(text="ok")

    def url(self, path: str) -> URL:
        return URL(self.origin + path, encoded=True)

    async def upstream(self, request: web.Request) -> web.Response:
        self.seen.append((request, await request.read()))
        return self.answer


@asynccontextmanager
async def _serving(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    port = ports.any_free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


def play(scenario: Scenario) -> None:
    async def whole() -> None:
        async with ClientSession(auto_decompress=False) as session:
            harness = Harness(session, "")
            app = web.Application(client_max_size=2 * BODY_LIMIT)
            app.router.add_route("*", "/{path:.*}", harness.upstream)
            async with _serving(app) as upstream, _serving(Origin(upstream + "/api").application()) as origin:
                harness.origin = origin
                await scenario(harness)

    asyncio.run(whole())


@pytest.mark.parametrize(
    "path",
    ["/v1/users/a%20b", "/v1/users/%F0%9F%94%94", "/v1/users/50%25", "/v1/users/a+b@x", "/v1/users/%e4"],
)
def test_the_path_arrives_as_it_was_written(path: str) -> None:
    async def scenario(harness: Harness) -> None:
        await harness.session.get(harness.url(path))
        request, _ = harness.seen[0]
        assert request.raw_path == f"/api{path}"
        assert request.headers[RAW_PATH_HEADER] == path

    play(scenario)


def test_an_encoded_slash_survives_a_gateway_that_decodes_once() -> None:
    async def scenario(harness: Harness) -> None:
        await harness.session.get(harness.url("/v1/users/a%2Fb%2fc/messages?q=%2F"))
        request, _ = harness.seen[0]
        assert request.raw_path == "/api/v1/users/a%252Fb%252Fc/messages?q=%2F"
        assert request.headers[RAW_PATH_HEADER] == "/v1/users/a%2Fb%2fc/messages"

    play(scenario)


def test_the_query_arrives_byte_for_byte() -> None:
    query = "status[]=sent&status[]=%5B%5D&recipient[id]=a%2Bb+c&empty=&flag"

    async def scenario(harness: Harness) -> None:
        await harness.session.get(harness.url(f"/v1/messages?{query}"))
        request, _ = harness.seen[0]
        assert request.raw_path == f"/api/v1/messages?{query}"

    play(scenario)


def test_method_body_and_headers_arrive() -> None:
    body = bytes(range(256)) * 100

    async def scenario(harness: Harness) -> None:
        headers = {
            "Authorization": "Bearer sk_test",
            "X-Odd": "1",
            RAW_PATH_HEADER: "/forged",
            "Connection": "X-Odd",
        }
        await harness.session.patch(harness.url("/v1/x"), data=body, headers=headers)
        request, arrived = harness.seen[0]
        assert (request.method, arrived) == ("PATCH", body)
        assert request.headers["Authorization"] == "Bearer sk_test"
        assert request.headers.getall(RAW_PATH_HEADER) == ["/v1/x"]
        assert "X-Odd" not in request.headers  # named by Connection, so meant for the origin alone

    play(scenario)


def test_nothing_is_added_to_what_the_client_said() -> None:
    async def scenario(harness: Harness) -> None:
        skipped = ["User-Agent", "Accept", "Accept-Encoding"]
        await harness.session.get(harness.url("/v1/x"), skip_auto_headers=skipped)
        request, _ = harness.seen[0]
        forwarded = {"x-forwarded-for", "x-forwarded-proto", RAW_PATH_HEADER, HOST_HEADER}
        expected = {"host", "connection", *forwarded}
        assert {name.lower() for name in request.headers} <= expected

    play(scenario)


def test_the_answer_comes_back_as_it_is() -> None:
    async def scenario(harness: Harness) -> None:
        harness.answer = web.Response(
            status=422, body=b"\x1f\x8b zipped", headers={"Content-Encoding": "gzip"}
        )
        harness.answer.headers.add("Set-Cookie", "a=1")
        harness.answer.headers.add("Set-Cookie", "b=2")
        async with harness.session.get(harness.url("/v1/x")) as answer:
            assert (answer.status, await answer.read()) == (422, b"\x1f\x8b zipped")
            assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]

    play(scenario)


def test_a_redirect_is_the_clients_business() -> None:
    async def scenario(harness: Harness) -> None:
        harness.answer = web.Response(status=302, headers={"Location": "/elsewhere"})
        async with harness.session.get(harness.url("/v1/x"), allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, "/elsewhere")

    play(scenario)


def test_a_body_at_the_limit_passes_and_one_over_it_is_refused() -> None:
    async def scenario(harness: Harness) -> None:
        async with harness.session.put(harness.url("/v1/x"), data=b"x" * BODY_LIMIT) as answer:
            assert answer.status == 200
        async with harness.session.put(harness.url("/v1/x"), data=b"x" * (BODY_LIMIT + 1)) as answer:
            error = await answer.json()
        assert (error["status"], error["code"], error["type"]) == (
            413,
            "request_too_large",
            "invalid_request_error",
        )
        assert set(error) == {"code", "message", "status", "type"}
        assert len(harness.seen) == 1

    play(scenario)


def test_an_endless_body_is_refused_as_well() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(BODY_LIMIT // 2**20 + 1):
            yield b"x" * 2**20

    async def scenario(harness: Harness) -> None:
        async with harness.session.put(harness.url("/v1/x"), data=chunks()) as answer:
            assert answer.status == 413
        assert harness.seen == []

    play(scenario)


def test_without_an_emulator_the_answer_is_a_502_of_our_shape() -> None:
    async def whole() -> None:
        nobody = f"http://127.0.0.1:{ports.any_free_port()}"
        async with (
            ClientSession() as session,
            _serving(Origin(nobody).application()) as origin,
            session.get(f"{origin}/v1/users") as answer,
        ):
            error = await answer.json()
        assert (answer.status, error["status"], error["code"]) == (502, 502, "bad_gateway")
        assert set(error) == {"code", "message", "status", "type"}

    asyncio.run(whole())


@pytest.mark.parametrize("path", ["/v1/x", "/v1/too-large"])
def test_a_page_may_read_what_was_answered_without_cors_headers(path: str) -> None:
    async def scenario(harness: Harness) -> None:
        size = BODY_LIMIT + 1 if path.endswith("too-large") else 0
        answer = await harness.session.put(
            harness.url(path), data=b"x" * size, headers={"Origin": "https://app.test"}
        )
        assert answer.headers.getall("Access-Control-Allow-Origin") == ["*"]
        assert answer.headers["Access-Control-Expose-Headers"].split(",") == cors.EXPOSED

    play(scenario)


def test_the_gateway_s_own_cors_headers_are_left_alone() -> None:
    async def scenario(harness: Harness) -> None:
        harness.answer.headers["Access-Control-Allow-Origin"] = "https://app.test"
        answer = await harness.session.get(harness.url("/v1/x"), headers={"Origin": "https://app.test"})
        assert answer.headers.getall("Access-Control-Allow-Origin") == ["https://app.test"]
        assert "Access-Control-Expose-Headers" not in answer.headers

    play(scenario)


def test_who_is_no_page_gets_no_cors_headers() -> None:
    async def scenario(harness: Harness) -> None:
        answer = await harness.session.get(harness.url("/v1/x"))
        assert "Access-Control-Allow-Origin" not in answer.headers

    play(scenario)
