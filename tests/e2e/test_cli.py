"""Definitions as files, with the official command line on the deployed stack.

Each start of the command line takes half a second, so a story does with one what it can see with one.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.builders.cli import Cli
from tests.builders.guides import guide, step
from tests.builders.stack import Product, delay

pytestmark = pytest.mark.xdist_group("production")

Json = dict[str, Any]


@pytest.fixture
def cli(product: Product, tmp_path: Path) -> Cli:
    return Cli(product.stack, tmp_path)


def test_the_command_line_knows_its_account(cli: Cli) -> None:
    assert "Service token name: local" in cli.says("whoami")
    assert {"development", "production"} <= {one["slug"] for one in cli.shows("environment", "list")}
    assert {"email", "in-app", "sms"} <= {one["key"] for one in cli.shows("channel", "list")}


def test_a_workflow_goes_from_files_to_an_email_and_back_unchanged(product: Product, cli: Cli) -> None:
    key, jane = product.id("shipped"), product.user("jane")
    folder = f"workflows/{key}"
    cli.write(f"{folder}/workflow.json", _workflow_with_files())
    cli.write(f"{folder}/email_1/html_body.html", "<p>Order {{ data.order }}</p>\n")
    cli.write(f"{folder}/email_1/subject.txt", "Order {{ data.order }}")
    cli.write(f"{folder}/email_1/pre.txt", '{% assign thanks = "Many thanks" %}')
    cli.write(f"{folder}/in_app_1/markdown_body.md", "Order **{{ data.order }}**\r\n\r\nis on its way ✓")

    cli.says("workflow", "push", key, "--commit", "--commit-message", "First")
    pushed = cli.files(folder)
    assert pushed.keys() == {
        "workflow.json",
        "email_1/html_body.html",
        "email_1/subject.txt",
        "email_1/pre.txt",
        "in_app_1/markdown_body.md",
    }
    cli.says("workflow", "pull", "--all", "--force")
    assert cli.files(folder) == pushed
    cli.says("workflow", "push", key, "--commit", "--commit-message", "Nothing new")
    assert cli.files(folder) == pushed
    commits = ("commit", "list", "--resource-type", "workflow", "--resource-id", key)
    assert [commit["commit_message"] for commit in cli.shows(*commits)["entries"]] == ["First"]

    cli.write(f"{folder}/email_1/html_body.html", "<p>{{ thanks }} for order {{ data.order }}</p>\n")
    cli.says("workflow", "push", key, "--commit", "--commit-message", "Polite")
    assert cli.files(folder)["workflow.json"] == pushed["workflow.json"]
    said = cli.says("workflow", "run", key, "--recipients", jane, "--data", '{"order": 7}')
    run_id = said.partition("Workflow run id: ")[2].strip()
    feed_item, mail = product.arrived(jane, "delivered", "delivered")
    assert {one.source.key for one in (feed_item, mail)} == {key}
    assert product.knock.workflow_recipient_runs.list(workflow=key).items[0].workflow_run_id == run_id
    content = product.knock.messages.get_content(mail.id).data
    assert content.subject_line == "Order 7"  # type: ignore[union-attr]
    assert "Many thanks for order 7" in content.html_body  # type: ignore[union-attr]
    assert [commit["commit_message"] for commit in cli.shows(*commits)["entries"]] == ["Polite", "First"]


def _workflow_with_files() -> Json:
    """As somebody writes it by hand: the subject is a file too, and the email lies in a branch."""
    feed = {"markdown_body@": "in_app_1/markdown_body.md", "action_url": None}
    mail = {
        "subject@": "email_1/subject.txt",
        "html_body@": "email_1/html_body.html",
        "text_body": None,
        "settings": {"layout_key": "default", "pre_content@": "email_1/pre.txt"},
    }
    known = {"all": [{"variable": "recipient.email", "operator": "not_empty"}]}
    mail_step = {"type": "channel", "ref": "email_1", "channel_key": "email", "template": mail}
    branches = [
        {"name": "With an address", "conditions": known, "terminates": False, "steps": [mail_step]},
        {"name": "Default", "terminates": False, "steps": []},
    ]
    steps = [
        {"type": "channel", "ref": "in_app_1", "channel_key": "in-app", "template": feed},
        delay(1),
        {"type": "branch", "ref": "branch_1", "branches": branches},
    ]
    return {"name": "Order shipped", "steps": steps, "weight": 1.0}


def test_an_invalid_workflow_is_refused_field_by_field_and_not_saved(product: Product, cli: Cli) -> None:
    key = product.id("wrong")
    feed = {
        "type": "channel",
        "ref": "in_app_1",
        "channel_key": "in-appp",
        "template": {"markdown_body": "Hi"},
    }
    mail = {"subject": "{{ data.order | shout }}", "html_body": "<p>", "settings": {}}
    mail_step = {"type": "channel", "ref": "email_1", "channel_key": "email", "template": mail}
    cli.write(f"workflows/{key}/workflow.json", {"name": "Wrong", "steps": [feed, mail_step]})

    said = cli.refuses("workflow", "push", key)

    assert "data at \"steps.0.channel_key\" there is no channel 'in-appp' in development" in said
    assert "data at \"steps.1.template.subject\" unknown filter 'shout'" in said
    assert "there is no workflow" in cli.refuses("workflow", "get", key)


def test_a_workflow_that_is_switched_off_does_not_run(product: Product, cli: Cli) -> None:
    key = product.workflow({**delay(1)})
    where = ("--environment", "development", "--force")

    cli.says("workflow", "activate", key, "--status", "false", *where)
    assert "is inactive in development" in cli.refuses("workflow", "run", key, "--recipients", "jane")
    cli.says("workflow", "activate", key, "--status", "true", *where)
    assert "Workflow run id" in cli.says("workflow", "run", key, "--recipients", "jane")


def test_a_layout_is_committed_and_promoted(product: Product, cli: Cli) -> None:
    key = product.id("plain")
    folder = f"layouts/{key}"
    cli.write(
        f"{folder}/layout.json",
        {"name": "Plain", "html_layout@": "html_layout.html", "text_layout@": "text_layout.txt"},
    )
    cli.write(f"{folder}/html_layout.html", "<html><body>{{ content }}</body></html>\n")
    cli.write(f"{folder}/text_layout.txt", "{{ content }}")

    cli.says("layout", "validate", key)
    cli.says("layout", "push", key)
    pushed = cli.files(folder)
    which = ("--resource-type", "email_layout", "--resource-id", key)
    cli.says("commit", *which, "--commit-message", "Plain", "--force")
    [commit] = cli.shows("commit", "list", *which)["entries"]
    said = cli.says("commit", "promote", "--only", commit["id"], "--force")
    assert "into `production` environment" in said

    cli.says("layout", "pull", "--all", "--environment", "production", "--force")
    assert cli.files(folder) == pushed
    assert pushed["html_layout.html"] == b"<html><body>{{ content }}</body></html>\n"


@pytest.mark.parametrize(("kind", "ending"), [("html", "html"), ("markdown", "md"), ("json", "json")])
def test_a_partial_lies_in_a_file_of_its_type(product: Product, cli: Cli, kind: str, ending: str) -> None:
    key = product.id(kind)
    folder, content = f"partials/{key}", '{"name": "{{ name }}"}\n'
    cli.write(f"{folder}/partial.json", {"name": "Footer", "type": kind, "content": content})

    cli.says("partial", "push", key, "--commit")
    pushed = cli.files(folder)
    cli.says("partial", "pull", key, "--force")

    assert cli.files(folder) == pushed
    assert pushed[f"content.{ending}"] == content.encode()
    assert "Footer" in cli.says("partial", "get", key)


TRANSLATIONS = {
    "json": '{\n  "hello": "Hallo {{ name }}",\n  "orders": {\n    "one": "eine ✓"\n  }\n}\n',
    "po": 'msgid "hello"\nmsgstr "Hallo {{ name }}"\n',
}


@pytest.mark.parametrize("kind", TRANSLATIONS)
def test_translations_make_the_round_trip(product: Product, cli: Cli, kind: str) -> None:
    namespace = product.id(kind)
    ref, folder = f"{namespace}.de", "translations/de"
    cli.write(f"{folder}/{ref}.{kind}", TRANSLATIONS[kind])

    cli.says("translation", "push", ref, "--commit")
    cli.says("translation", "pull", ref, "--format", kind, "--force")
    pulled = cli.files(folder)
    cli.says("translation", "push", ref, "--commit")
    cli.says("translation", "pull", ref, "--format", kind, "--force")

    assert cli.files(folder) == pulled
    assert "Hallo {{ name }}" in cli.read(f"{folder}/{ref}.{kind}")
    commits = cli.shows("commit", "list", "--resource-type", "translation")["entries"]
    assert len([commit for commit in commits if namespace in commit["resource"]["identifier"]]) == 1


def test_a_message_type_lies_beside_its_preview(product: Product, cli: Cli) -> None:
    key = product.id("banner")
    folder = f"message-types/{key}"
    title = {"type": "text", "key": "title", "label": "Title", "settings": {"required": True}}
    variant = {"key": "default", "name": "Default", "fields": [title]}
    cli.write(
        f"{folder}/message_type.json", {"name": "Banner", "preview": "<p>Hi</p>", "variants": [variant]}
    )

    cli.says("message-type", "push", key, "--commit")
    pushed = cli.files(folder)
    cli.says("message-type", "pull", key, "--force")

    assert cli.files(folder) == pushed
    assert pushed["preview.html"] == b"<p>Hi</p>"
    assert "Banner" in cli.says("message-type", "get", key)


@pytest.mark.usefixtures("guide_channel")
def test_a_guide_makes_the_round_trip(product: Product, cli: Cli) -> None:
    key = product.id("tour")
    cli.write(f"guides/{key}/guide.json", guide(step(), channel_key="guide"))

    cli.says("guide", "push", key)
    pushed = cli.files(f"guides/{key}")
    cli.says("guide", "pull", "--all", "--force")
    assert cli.files(f"guides/{key}") == pushed
    cli.says("guide", "activate", key, "--environment", "development", "--status", "false", "--force")
    assert cli.shows("guide", "get", key)["active"] is False
