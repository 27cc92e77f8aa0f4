"""What committed translations say to templates, read when it is asked for and remembered for a page of runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.definitions import DefinitionKind, Head
from tocsin.domain.translations import Phrase, TranslationName, who_speaks
from tocsin.usecases.ports import Definitions

KIND = DefinitionKind.TRANSLATION


@dataclass(frozen=True, slots=True)
class CommittedTranslations:
    """Of one environment, as they are now: translations are not pinned to a run."""

    definitions: Definitions
    env: str
    default_locale: str
    _texts: dict[TranslationName, Mapping[str, Any]] = field(default_factory=dict)

    def say(self, phrase: Phrase, locale: str | None, tenant: str | None) -> str | None:
        names = who_speaks(phrase.namespace, locale, self.default_locale, tenant)
        self._read(names)
        return next((said for name in names if (said := phrase.said_in(self._texts[name])) is not None), None)

    def _read(self, names: Sequence[TranslationName]) -> None:
        """Those that are not known yet, their heads in one call."""
        missing = {name.key: name for name in names if name not in self._texts}
        heads = self.definitions.heads(self.env, KIND, missing) if missing else {}
        for key, name in missing.items():
            self._texts[name] = self._of(heads.get(key))

    def _of(self, head: Head | None) -> Mapping[str, Any]:
        if head is None or head.version_id is None:
            return {}
        version = self.definitions.version(self.env, KIND, head.key, head.version_id)
        texts: Mapping[str, Any] = json_text.loads(version.content["content"]) if version else {}
        return texts
