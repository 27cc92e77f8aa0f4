"""Committed translations: how often they are read for a page of runs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tocsin.domain.definitions import DefinitionKind, Head, Version
from tocsin.domain.translations import Phrase
from tocsin.usecases.committed_translations import CommittedTranslations

KIND = DefinitionKind.TRANSLATION
HELLO = Phrase("", ("hello",))


@dataclass
class Shelf:
    """Translations by key, and what was asked for."""

    contents: dict[str, str]
    asked: list[list[str]] = field(default_factory=list)
    read: list[str] = field(default_factory=list)

    def heads(self, env: str, kind: DefinitionKind, names: Iterable[str]) -> dict[str, Head]:
        self.asked.append(list(names))
        return {
            key: Head(kind, key, "1", "sha", active=True) for key in self.asked[-1] if key in self.contents
        }

    def version(self, env: str, kind: DefinitionKind, key: str, version_id: str) -> Version:
        self.read.append(key)
        return Version(kind, key, version_id, {"content": self.contents[key]})


def on(**contents: str) -> tuple[Shelf, CommittedTranslations]:
    shelf: Any = Shelf(contents)
    return shelf, CommittedTranslations(shelf, "development", "en")


def test_whoever_may_speak_is_asked_for_in_one_call_and_once() -> None:
    shelf, translations = on(fr='{"hello": "Salut"}', en='{"bye": "Bye"}')
    for _ in range(3):
        assert translations.say(HELLO, "fr", None) == "Salut"
        assert translations.say(Phrase("", ("bye",)), "fr", None) == "Bye"
    assert shelf.asked == [["fr", "en"]]
    assert shelf.read == ["fr", "en"]


def test_another_locale_asks_only_for_what_is_not_known_yet() -> None:
    shelf, translations = on(en='{"hello": "Hello"}')
    assert translations.say(HELLO, "fr", None) == "Hello"
    assert translations.say(HELLO, "fr-BE", None) == "Hello"
    assert shelf.asked == [["fr", "en"], ["fr-BE"]]


def test_what_was_never_committed_says_nothing() -> None:
    shelf, translations = on()
    shelf.heads = lambda env, kind, names: {key: Head(kind, key, None, None, active=True) for key in names}  # type: ignore[method-assign]
    assert translations.say(HELLO, "fr", None) is None
    assert shelf.read == []
