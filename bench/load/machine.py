"""The machine that times are of, in a line."""

import os
import platform
from pathlib import Path

import psutil


def description() -> str:
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB of memory,"
        f" {platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def load() -> float:
    """Processes that wanted to run, on average of the last minute."""
    minute: float = psutil.getloadavg()[0]
    return minute


def _processor() -> str:
    """Linux tells its name in a file, others by themselves."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown processor")
