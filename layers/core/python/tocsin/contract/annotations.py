"""Notes for whoever keeps definitions as files, as the official CLI does: `annotate=true` asks for them.

Beside a definition, and inside it beside each template and block, they say which fields are only shown, and which
hold text that is better kept in a file of its own, with that file's ending. Only a field that holds text now is
named: the CLI would write `null` into a file and send it back as four letters.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tocsin.domain.definition_content import readonly_fields
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.step_tree import BRANCHING, all_steps

Json = dict[str, Any]
ANNOTATION = "__annotation"
# A step's files lie in a folder of its name.
_FOLDER = re.compile(r"[a-z0-9_-]+")


def _file(extension: str, *, default: bool = True) -> Json:
    """Without `default`, only whoever has put the text into a file already gets it there again."""
    return {"default": default, "file_ext": extension}


_HTML, _TEXT, _MARKDOWN, _JSON = _file("html"), _file("txt"), _file("md"), _file("json")
_FIELDS: dict[DefinitionKind, dict[str, Json]] = {
    DefinitionKind.EMAIL_LAYOUT: {"html_layout": _HTML, "text_layout": _TEXT},
    DefinitionKind.MESSAGE_TYPE: {"preview": _HTML},
    # The CLI itself gives the file the ending of the partial's type.
    DefinitionKind.PARTIAL: {"content": _TEXT},
}
_TEMPLATE = {
    "html_body": _HTML,
    "text_body": _TEXT,
    "markdown_body": _MARKDOWN,
    "json_body": _JSON,
    "body": _TEXT,
    "visual_blocks": _JSON,
    "subject": _file("txt", default=False),
    "title": _file("txt", default=False),
}
_TEMPLATE_SETTINGS = {"pre_content": _TEXT, "payload_overrides": _JSON}
_STEP_SETTINGS = {"body": _TEXT, "request_prompt": _MARKDOWN, "response_schema": _JSON}
_BLOCKS = {"html": {"content": _HTML}, "markdown": {"content": _MARKDOWN}}


def annotated(kind: DefinitionKind, shown: Json) -> Json:
    """A definition as it is shown, with the notes in it."""
    readonly = [name for name in shown if name in readonly_fields(kind)]
    if kind is DefinitionKind.WORKFLOW and _make_folders(shown["steps"]):
        shown = {**shown, "steps": _steps(shown["steps"])}
    return _noted(shown, _FIELDS.get(kind, {}), readonly)


def _make_folders(steps: Sequence[Json]) -> bool:
    """Whether each ref names a folder of its own: the CLI writes files in lower case, and wherever a ref leads."""
    folders = [step["ref"].lower() for step in all_steps(steps)]
    return len(set(folders)) == len(folders) and all(map(_FOLDER.fullmatch, folders))


def _steps(steps: Iterable[Json]) -> list[Json]:
    return [_step(step) for step in steps]


def _step(step: Json) -> Json:
    changes: Json = {}
    if isinstance(step.get("template"), dict):
        changes["template"] = _template(step["template"])
    if isinstance(step.get("settings"), dict):
        changes["settings"] = _noted(step["settings"], _STEP_SETTINGS)
    branches = BRANCHING.get(step["type"])
    if branches is not None:
        changes[branches] = [
            {**branch, "steps": _steps(branch.get("steps") or ())} for branch in step[branches]
        ]
    return {**step, **changes}


def _template(template: Json) -> Json:
    changes: Json = {}
    if isinstance(template.get("settings"), dict):
        changes["settings"] = _noted(template["settings"], _TEMPLATE_SETTINGS)
    if isinstance(template.get("visual_blocks"), list):
        changes["visual_blocks"] = [_block(block) for block in template["visual_blocks"]]
    return _noted({**template, **changes}, _TEMPLATE)


def _block(block: Any) -> Any:
    return _noted(block, _BLOCKS.get(str(block.get("type")), {})) if isinstance(block, dict) else block


def _noted(owner: Json, files: Mapping[str, Json], readonly: Sequence[str] = ()) -> Json:
    extractable = {name: file for name, file in files.items() if _is_long(name, owner.get(name))}
    return {**owner, ANNOTATION: {"readonly_fields": list(readonly), "extractable_fields": extractable}}


def _is_long(name: str, value: object) -> bool:
    return isinstance(value, list if name == "visual_blocks" else str)
