"""PO files: what is read of them, what is written, and what is refused, with its line."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.contract.po_files import PoError, read_po, written_po

FILE = """
# Made by a tool
msgid ""
msgstr ""
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

#: invoice.html:3
#, python-format
msgid "hello"
msgstr "Bonjour"

msgctxt "orders.list"
msgid "title"
msgstr ""
"Vos \\"commandes\\"\\n"
"\\tet plus\\\\"
msgid "next to it"
msgstr "à côté"

#, fuzzy
msgid "not sure"
msgstr "pas sûr"

msgid "not yet"
msgstr ""

#~ msgid "gone"
#~ msgstr "parti"

msgid "file"
msgid_plural "files"
msgstr[0] "un fichier"
msgstr[1] "des fichiers"
"""
TREES = st.recursive(
    st.text(min_size=1),
    lambda texts: st.dictionaries(
        st.text(min_size=1).filter(lambda name: "." not in name), texts, min_size=1, max_size=4
    ),
    max_leaves=8,
).filter(lambda tree: isinstance(tree, dict))


def test_texts_are_read_with_their_contexts_and_plurals_and_without_what_is_not_translated() -> None:
    assert read_po(FILE) == {
        "hello": "Bonjour",
        "orders": {"list": {"title": 'Vos "commandes"\n\tet plus\\'}},
        "next to it": "à côté",
        "file": {"one": "un fichier", "other": "des fichiers"},
    }


def test_a_language_with_one_form_has_it_for_every_count() -> None:
    assert read_po('msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n') == {"a": {"other": "c"}}
    assert read_po('msgid "a"\nmsgid_plural "b"\nmsgstr[0] ""\nmsgstr[1] ""\n') == {}


def test_the_editors_of_windows_are_read_too() -> None:
    assert read_po('\ufeffmsgid "a"\r\nmsgstr "b"\r\n') == {"a": "b"}


def test_a_file_is_written_for_translators() -> None:
    texts = {"hello": "Bonjour", "orders": {"shipped": {"one": 'Une "commande"', "other": "a\nb"}}}
    assert written_po(texts, "fr") == (
        'msgid ""\nmsgstr ""\n"Language: fr\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '\nmsgid "hello"\nmsgstr "Bonjour"\n'
        '\nmsgctxt "orders.shipped"\nmsgid "one"\nmsgstr "Une \\"commande\\""\n'
        '\nmsgctxt "orders.shipped"\nmsgid "other"\nmsgstr "a\\nb"\n'
    )


@given(TREES)
def test_whatever_is_written_is_read_again(texts: Mapping[str, Any]) -> None:
    assert read_po(written_po(texts, "fr")) == texts


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            '\nmsgid a\nmsgstr "b"',
            "line 2: expected msgctxt, msgid, msgstr or a quoted text, found 'msgid a'",
        ),
        ('msgid "a', "line 1: a text must be between quotes"),
        ('msgid "a"b"', "line 1: a text must be between quotes"),
        ('msgid "a\\q"', "line 1: \\q stands for nothing"),
        ('"a"', "line 1: expected msgctxt"),
        ('msgstr "a"', "line 1: an entry without a msgid"),
        ('msgid "x"\nmsgstr "y"\n\n# last\nmsgid "a"', "line 4: an entry without a msgstr"),
        ('msgid "a"\nmsgid "b"\nmsgstr "c"', "line 2: a second msgid in one entry"),
        ('msgid "a"\nmsgstr "b"\nmsgid "a"\nmsgstr "c"', "line 3: 'a' is there twice"),
        ('msgid "a"\nmsgstr "b"\nmsgctxt "a"\nmsgid "c"\nmsgstr "d"', "line 3: the context 'a' is the name"),
        (
            'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"\nmsgstr[2] "e"',
            "line 1: 3 plural forms; a text has `one` and `other`",
        ),
        ('{"a": "b"}', "line 1: expected msgctxt"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(content: str, message: str) -> None:
    with pytest.raises(PoError) as caught:
        read_po(content)
    assert str(caught.value).startswith(message)
