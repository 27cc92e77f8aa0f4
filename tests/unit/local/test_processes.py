"""Background programs start, are known by their lock, and end with everything they started."""

import os
import sys
import time
from pathlib import Path

import pytest

from local.console import LocalError
from local.processes import Background, run, wait_until

OBEDIENT = "import time; print('up', flush=True); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
PARENT = """
import signal, subprocess, sys, time
deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", deaf])
print(child.pid, flush=True)
time.sleep(60)
"""
ENVIRONMENT = {"PATH": os.defpath}


def _started(program: str, folder: Path) -> Background:
    background = Background("dummy", folder)
    background.start([sys.executable, "-c", program], ENVIRONMENT, cwd=folder)
    assert wait_until(lambda: background.log.read_text() != "", 10)
    return background


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # somebody who ended but whom nobody has asked after yet still answers
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def test_it_runs_until_it_is_stopped(tmp_path: Path) -> None:
    background = _started(OBEDIENT, tmp_path)
    assert background.running()
    background.stop()
    assert not background.running()
    assert not (tmp_path / "dummy.pid").exists()
    background.stop()  # a second time changes nothing


def test_another_command_can_stop_it(tmp_path: Path) -> None:
    _started(OBEDIENT, tmp_path)
    other = Background("dummy", tmp_path)
    assert other.running()
    other.stop()
    assert not other.running()


def test_one_that_ignores_term_is_killed(tmp_path: Path) -> None:
    background = _started(DEAF, tmp_path)
    begun = time.monotonic()
    background.stop(patience=0.3)
    assert not background.running()
    assert time.monotonic() - begun < 5


def test_its_children_end_with_it(tmp_path: Path) -> None:
    background = _started(PARENT, tmp_path)
    child = int(background.log.read_text())
    background.stop()
    assert wait_until(lambda: not _alive(child), 5)


def test_a_stale_file_is_no_running_program_and_hurts_nobody(tmp_path: Path) -> None:
    (tmp_path / "dummy.pid").write_text(str(os.getpid()))
    background = Background("dummy", tmp_path)
    assert not background.running()
    background.stop()
    assert not (tmp_path / "dummy.pid").exists()


def test_it_does_not_start_twice(tmp_path: Path) -> None:
    background = _started(OBEDIENT, tmp_path)
    try:
        with pytest.raises(LocalError, match="running already"):
            background.start([sys.executable, "-c", OBEDIENT], ENVIRONMENT, cwd=tmp_path)
    finally:
        background.stop()


def test_a_failing_command_shows_its_output(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; print('the reason'); sys.exit(3)"]
    with pytest.raises(LocalError, match="the reason"):
        run(command, ENVIRONMENT, tmp_path, 30, tmp_path / "log")


def test_a_command_over_its_time_ends_with_its_children(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="did not end within"):
        run([sys.executable, "-c", PARENT], ENVIRONMENT, tmp_path, 1.5, tmp_path / "log")
    child = int((tmp_path / "log").read_text())
    assert wait_until(lambda: not _alive(child), 5)
