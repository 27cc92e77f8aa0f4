"""Where the downloads are cached."""

from pathlib import Path

import pytest

from local import bootstrap


def test_downloads_are_cached_in_the_home_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert bootstrap._cache("UV_CACHE_DIR", "uv") == {}
    assert list(tmp_path.iterdir()) == []


def test_a_home_that_cannot_be_written_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "absent"))
    monkeypatch.delenv("UV_CACHE_DIR", raising=False)
    assert bootstrap._cache("UV_CACHE_DIR", "uv") == {
        "UV_CACHE_DIR": str(bootstrap.ROOT / ".local" / "cache" / "uv")
    }
    monkeypatch.setenv("UV_CACHE_DIR", "/elsewhere")
    assert bootstrap._cache("UV_CACHE_DIR", "uv") == {"UV_CACHE_DIR": "/elsewhere"}


def test_an_empty_home_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "")
    assert "NPM_CONFIG_CACHE" in bootstrap._cache("NPM_CONFIG_CACHE", "npm")
