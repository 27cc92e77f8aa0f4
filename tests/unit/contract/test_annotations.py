"""What the CLI is told of a definition: which fields it shows only, and which it keeps in files of their own."""

from typing import Any

import pytest

from tests.builders.definitions import delay_step, email_step, in_app_step, layout, workflow
from tocsin.contract.annotations import ANNOTATION, annotated
from tocsin.domain.definitions import DefinitionKind

Json = dict[str, Any]


def noted(*steps: Json) -> list[Json]:
    """The steps of a workflow, with the notes in them."""
    shown: list[Json] = annotated(DefinitionKind.WORKFLOW, workflow(*steps))["steps"]
    return shown


def files(owner: Json) -> dict[str, str]:
    """Which fields go into files by themselves, and how those files end."""
    extractable = owner[ANNOTATION]["extractable_fields"]
    return {name: file["file_ext"] for name, file in extractable.items() if file["default"]}


def without_notes(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_notes(inner) for name, inner in value.items() if name != ANNOTATION}
    return [without_notes(inner) for inner in value] if isinstance(value, list) else value


def test_a_template_is_noted_where_it_holds_text() -> None:
    [step] = noted(
        email_step(html_body="<p>", text_body="Hi", settings={"pre_content": "{% assign a = 1 %}"})
    )

    assert files(step["template"]) == {"html_body": "html", "text_body": "txt"}
    assert files(step["template"]["settings"]) == {"pre_content": "txt"}


def test_a_short_text_goes_into_a_file_only_where_somebody_put_it_into_one() -> None:
    [step] = noted(email_step(subject="Hello"))

    subject = step["template"][ANNOTATION]["extractable_fields"]["subject"]
    assert subject == {"default": False, "file_ext": "txt"}


@pytest.mark.parametrize("nothing", [{"text_body": None}, {}])
def test_what_holds_no_text_stays_where_it_is(nothing: Json) -> None:
    """The CLI would write `null` into the file, and read it back as a text of four letters."""
    [step] = noted(email_step(**nothing))

    assert "text_body" not in step["template"][ANNOTATION]["extractable_fields"]


def test_visual_blocks_are_a_file_and_so_are_the_texts_in_them() -> None:
    blocks = [
        {"type": "markdown", "content": "# Hi"},
        {"type": "html", "content": "<hr>"},
        {"type": "divider"},
        {"type": "partial", "key": "footer", "attrs": {"content": "not ours"}},
    ]
    [step] = noted(email_step(visual_blocks=blocks, html_body=None))

    template = step["template"]
    assert files(template) == {"visual_blocks": "json"}
    assert [files(block) for block in template["visual_blocks"]] == [
        {"content": "md"},
        {"content": "html"},
        {},
        {},
    ]


def test_requests_and_prompts_are_files_too() -> None:
    hook = {"type": "channel", "ref": "hook", "template": {"url": "https://app.test", "body": "{}"}}
    fetch = {"type": "http_fetch", "ref": "fetch", "settings": {"url": "https://app.test", "body": "{}"}}
    agent = {"type": "ai_agent", "ref": "agent", "settings": {"request_prompt": "Sum up", "model": "m"}}

    shown = noted(hook, fetch, agent, delay_step())

    assert files(shown[0]["template"]) == {"body": "txt"}
    assert [files(step["settings"]) for step in shown[1:]] == [{"body": "txt"}, {"request_prompt": "md"}, {}]


@pytest.mark.parametrize(("kind", "branches"), [("branch", "branches"), ("random_cohort", "cohort_branches")])
def test_steps_in_branches_are_noted_however_deep(kind: str, branches: str) -> None:
    inner = {"type": kind, "ref": "inner", branches: [{"name": "B", "steps": [in_app_step()]}]}
    outer = {"type": kind, "ref": "outer", branches: [{"name": "A", "steps": [inner]}, {"name": "Default"}]}

    [step] = noted(outer)

    [nested] = step[branches][0]["steps"][0][branches][0]["steps"]
    assert files(nested["template"]) == {"markdown_body": "md"}


@pytest.mark.parametrize(
    "refs", [("../../.bashrc",), ("a/b",), ("..",), (" ",), ("émail",), ("email_1", "Email_1")]
)
def test_refs_that_make_no_folders_of_their_own_keep_everything_in_one_file(refs: tuple[str, ...]) -> None:
    """The CLI writes a step's files into the folder of its ref, in lower case, wherever that is."""
    shown = annotated(DefinitionKind.WORKFLOW, workflow(*map(in_app_step, refs)))

    assert all(ANNOTATION not in step["template"] for step in shown["steps"])
    assert shown[ANNOTATION]["extractable_fields"] == {}


def test_what_is_made_by_us_is_read_only() -> None:
    shown = {"key": "welcome", **workflow(), "active": True, "sha": "0", "updated_at": "2026-01-01"}
    guide = {"key": "tour", "type": "banner", "active": True, "steps": []}

    assert annotated(DefinitionKind.WORKFLOW, shown)[ANNOTATION]["readonly_fields"] == [
        "key",
        "active",
        "sha",
        "updated_at",
    ]
    assert annotated(DefinitionKind.GUIDE, guide)[ANNOTATION]["readonly_fields"] == ["key", "type", "active"]


def test_a_layout_is_two_files() -> None:
    assert files(annotated(DefinitionKind.EMAIL_LAYOUT, layout())) == {
        "html_layout": "html",
        "text_layout": "txt",
    }


def test_nothing_but_notes_is_added() -> None:
    plain = workflow(email_step(visual_blocks=[{"type": "markdown", "content": "#"}]), in_app_step())

    assert without_notes(annotated(DefinitionKind.WORKFLOW, plain)) == plain
    assert ANNOTATION not in str(plain)
