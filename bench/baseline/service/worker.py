"""One worker process: `python -m bench.baseline.service.worker`."""

import uvloop

from bench.baseline.service.database import pool, queue

JOBS_AT_ONCE = 4


async def work() -> None:
    async with pool, queue.open_async(pool):
        await queue.run_worker_async(concurrency=JOBS_AT_ONCE, delete_jobs="successful")


if __name__ == "__main__":
    uvloop.run(work())
