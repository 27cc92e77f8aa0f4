"""Where messages of a laptop go: a stand-in for Expo, Slack and whoever receives webhooks; and for models on Bedrock.

It answers as they do and keeps what came. `GET /sink` shows it, the newest first; `DELETE /sink` forgets it. Emails and
text messages go to the emulator, which keeps them in its own way.
"""

import json
from collections import deque
from itertools import count
from typing import Any

from aiohttp import web

from local import models

PREFIX = "/sink"
BEDROCK_PREFIX = f"{PREFIX}/bedrock"
KEPT = 500
_HIDDEN = {"authorization", "host", "connection", "content-length"}


class Sink:
    def __init__(self) -> None:
        self._received: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._numbers = count(1)

    def add_to(self, app: web.Application) -> None:
        router = app.router
        router.add_get(PREFIX, self._show)
        router.add_delete(PREFIX, self._forget)
        router.add_post(f"{PREFIX}/expo/--/api/v2/push/send", self._expo)
        router.add_post(f"{PREFIX}/slack/api/chat.postMessage", self._slack_api)
        router.add_post(f"{PREFIX}/slack/services/{{hook:.*}}", self._slack_webhook)
        router.add_post(f"{BEDROCK_PREFIX}/model/{{model}}/converse", self._bedrock)
        router.add_route("*", f"{PREFIX}/webhook{{path:.*}}", self._webhook)

    async def _show(self, _: web.Request) -> web.Response:
        return web.json_response(list(reversed(self._received)))

    async def _forget(self, _: web.Request) -> web.Response:
        self._received.clear()
        return web.Response(status=204)

    async def _expo(self, request: web.Request) -> web.Response:
        number = await self._keep("expo", request)
        return web.json_response({"data": {"status": "ok", "id": f"ticket-{number}"}})

    async def _slack_api(self, request: web.Request) -> web.Response:
        number = await self._keep("slack", request)
        return web.json_response({"ok": True, "ts": f"1700000000.{number:06d}"})

    async def _slack_webhook(self, request: web.Request) -> web.Response:
        await self._keep("slack", request)
        return web.Response(text="ok")

    async def _webhook(self, request: web.Request) -> web.Response:
        await self._keep("webhook", request)
        return web.json_response({"received": True})

    async def _bedrock(self, request: web.Request) -> web.Response:
        await self._keep("bedrock", request)
        return web.json_response(models.converse(request.match_info["model"], await request.json()))

    async def _keep(self, service: str, request: web.Request) -> int:
        """Headers without those that carry a credential: what is shown here is shown to anybody on this machine."""
        number = next(self._numbers)
        self._received.append(
            {
                "number": number,
                "service": service,
                "method": request.method,
                "path": request.raw_path.removeprefix(PREFIX),
                "headers": {
                    name.lower(): value
                    for name, value in request.headers.items()
                    if name.lower() not in _HIDDEN
                },
                "body": _readable(await request.text()),
            }
        )
        return number


def _readable(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return text
