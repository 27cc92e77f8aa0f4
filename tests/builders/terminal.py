"""A person at a terminal who types `python -m admin …`."""

import io

import pytest

from admin import __main__ as admin
from tests.conftest import VARIABLES

TABLE = VARIABLES["TABLE_NAME"]
SENDER = ("--sender", "notifications@app.test")


class Terminal:
    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def run(self, *arguments: str, stdin: str = "") -> tuple[int, str, str]:
        """Exit code, what a script would read, what only the person sees."""
        self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = admin.main([*arguments, "--table", TABLE])
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def out(self, *arguments: str, stdin: str = "") -> str:
        """For what must succeed."""
        code, out, err = self.run(*arguments, stdin=stdin)
        assert code == 0, err
        return out
