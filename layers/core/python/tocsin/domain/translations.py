"""Translations: texts by locale, namespace and tenant, and which of them speaks to a recipient.

A translation is a tree of texts, kept under the locale, and where they are given the namespace and the tenant:
`fr`, `fr/shipping`, `fr-BE/shipping@acme`. The first two are how commits name them, too.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tocsin.domain.errors import FieldProblem
from tocsin.domain.recipients import MAX_ID_LENGTH

DEFAULT_LOCALE = "en"
# Where the texts of `{% t %}` tags are: there, a text in the default locale is its own key.
SYSTEM = "system"

_LOCALE = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}"
_NAMESPACE = r"[A-Za-z0-9_-]{1,100}"
_TENANT = rf"\S{{1,{MAX_ID_LENGTH}}}"
KEY = re.compile(rf"{_LOCALE}(?:/{_NAMESPACE})?(?:@{_TENANT})?")

Texts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TranslationName:
    """What tells one translation from another; `namespace` is empty where there is none.

    >>> TranslationName("fr-BE", "shipping", "acme").key
    'fr-BE/shipping@acme'
    """

    locale: str
    namespace: str = ""
    tenant: str | None = None

    @classmethod
    def from_key(cls, key: str) -> "TranslationName":
        place, _, tenant = key.partition("@")
        locale, _, namespace = place.partition("/")
        return cls(locale, namespace, tenant or None)

    @property
    def key(self) -> str:
        namespace = f"/{self.namespace}" if self.namespace else ""
        return f"{self.locale}{namespace}" + (f"@{self.tenant}" if self.tenant else "")

    def problems(self) -> Iterator[FieldProblem]:
        """All that is wrong with the name of a translation to be saved."""
        yield from locale_problems("locale_code", self.locale)
        if self.namespace and not re.fullmatch(_NAMESPACE, self.namespace):
            yield FieldProblem("namespace", "must be at most 100 of A-Z, a-z, 0-9, - and _", "pattern")
        if self.tenant and not re.fullmatch(_TENANT, self.tenant):
            yield FieldProblem("tenant", "is not the id of a tenant", "pattern")


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a template wants to say: a path into a translation, and with a `count` the plural forms that fit it, the
    best one first."""

    namespace: str
    path: tuple[str, ...]
    forms: tuple[str, ...] = ()

    @classmethod
    def named(cls, key: str, forms: tuple[str, ...] = ()) -> "Phrase":
        """From `orders.shipped` or `shipping:orders.shipped`."""
        namespace, _, path = key.partition(":")
        if not path or not re.fullmatch(_NAMESPACE, namespace):
            namespace, path = "", key
        return cls(namespace, tuple(path.split(".")), forms)

    def said_in(self, texts: Texts) -> str | None:
        """What a translation says, None where it says nothing."""
        paths = [*((*self.path, form) for form in self.forms), self.path]
        return next((said for path in paths if (said := _text_at(texts, path)) is not None), None)


def _text_at(texts: Texts, path: tuple[str, ...]) -> str | None:
    """In nested objects, or else under the path as it is written: many files of translations are flat."""
    found: Any = texts
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    if not isinstance(found, str):
        found = texts.get(".".join(path))
    return found if isinstance(found, str) else None


def plural_forms(count: int | Decimal) -> tuple[str, ...]:
    """The forms that fit a number, the best one first.

    >>> plural_forms(0), plural_forms(1), plural_forms(2)
    (('zero', 'other'), ('one', 'other'), ('other',))
    """
    if count == 0:
        return ("zero", "other")
    return ("one", "other") if count == 1 else ("other",)


def canonical_locale(text: str) -> str | None:
    """A locale as translations are named, None for what is none.

    >>> canonical_locale("fr_be"), canonical_locale("zh-hant-tw"), canonical_locale("klingon")
    ('fr-BE', 'zh-Hant-TW', None)
    """
    if not re.fullmatch(_LOCALE, text):
        return None
    language, *rest = re.split("[-_]", text)
    return "-".join([language.lower(), *map(_subtag, rest)])


def _subtag(text: str) -> str:
    """A region in capitals, a script with one, anything else without."""
    if len(text) == 2:
        return text.upper()
    return text.title() if len(text) == 4 and text.isalpha() else text.lower()


def locale_problems(field: str, locale: str) -> Iterator[FieldProblem]:
    canonical = canonical_locale(locale)
    if canonical is None:
        yield FieldProblem(field, "must be a locale such as en, fr-BE or zh-Hant", "pattern")
    elif canonical != locale:
        yield FieldProblem(field, f"must be written {canonical}", "pattern")


def who_speaks(namespace: str, locale: str | None, default: str, tenant: str | None) -> list[TranslationName]:
    """The translations that may say something, who goes first first: the tenant's own before all others, and of each
    the recipient's locale, its language and the default locale.

    >>> [name.key for name in who_speaks("", "fr-BE", "en", "acme")]
    ['fr-BE@acme', 'fr@acme', 'en@acme', 'fr-BE', 'fr', 'en']
    """
    locales = dict.fromkeys([*_locale_and_wider(locale), default])
    tenants = [tenant, None] if tenant else [None]
    return [TranslationName(spoken, namespace, whose) for whose in tenants for spoken in locales]


def _locale_and_wider(locale: str | None) -> Iterator[str]:
    wider = canonical_locale(locale) if locale else None
    while wider:
        yield wider
        wider = wider.rpartition("-")[0]
