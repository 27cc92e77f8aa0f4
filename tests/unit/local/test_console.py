"""What is said reaches the person, and never keeps the work from being finished."""

import subprocess
import sys

import pytest

from local.console import Step, say
from local.settings import ROOT

_TALK = """
import sys, time
from local.console import Step, say
say("first")
sys.stdin.readline()
try:
    say("nobody reads this")
finally:
    with Step("cleaning up"):
        pass
print("cleaned up", file=sys.stderr)
"""


def test_a_step_says_how_it_ended(capsys: pytest.CaptureFixture[str]) -> None:
    with Step("Working"):
        say("  a note")

    begun, note, ended = capsys.readouterr().out.splitlines()
    assert (begun, note) == ("  Working …", "  a note")
    assert ended.startswith("  Working done (")


def test_work_goes_on_when_the_reader_has_gone() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _TALK],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as talker:
        assert talker.stdin is not None
        assert talker.stdout is not None
        assert talker.stderr is not None
        assert talker.stdout.readline() == "first\n"
        talker.stdout.close()
        talker.stdin.write("\n")
        talker.stdin.flush()

        assert talker.stderr.read() == "cleaned up\n"
        assert talker.wait() == 0
