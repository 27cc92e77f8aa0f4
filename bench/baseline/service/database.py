"""The pool of connections, by libpq's own variables (PGHOST, …), and the queue that shares it."""

from typing import Any

import orjson
from procrastinate import App, PsycopgConnector
from psycopg import AsyncConnection
from psycopg.types.json import set_json_dumps, set_json_loads
from psycopg_pool import AsyncConnectionPool

set_json_dumps(orjson.dumps)
set_json_loads(orjson.loads)


async def _each_statement_by_itself(connection: AsyncConnection[Any]) -> None:
    """Without BEGIN and COMMIT around it, which are a round trip each; what belongs together says so."""
    await connection.set_autocommit(True)


pool: AsyncConnectionPool[AsyncConnection[Any]] = AsyncConnectionPool(
    min_size=4, max_size=8, configure=_each_statement_by_itself, open=False
)
queue = App(connector=PsycopgConnector(), import_paths=["bench.baseline.service.work"])
