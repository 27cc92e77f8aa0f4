"""All definitions at once, and branches of them, with the official command line on the deployed stack."""

from pathlib import Path

import pytest
from knockapi import Knock, NotFoundError

from tests.builders.cli import Cli
from tests.builders.guides import guide, step
from tests.builders.stack import Product, in_app

pytestmark = pytest.mark.xdist_group("production")


@pytest.fixture
def cli(product: Product, tmp_path: Path) -> Cli:
    return Cli(product.stack, tmp_path)


@pytest.mark.usefixtures("guide_channel")
def test_all_kinds_are_pushed_and_pulled_at_once_and_nothing_changes(product: Product, cli: Cli) -> None:
    key = product.id("all")
    cli.write(f"audiences/{key}/audience.json", {"name": "VIPs", "type": "static"})
    cli.write(f"layouts/{key}/layout.json", _layout())
    cli.write(f"partials/{key}/partial.json", {"name": "Footer", "type": "markdown", "content": "Bye"})
    cli.write("translations/de/de.json", '{\n  "hello": "Hallo"\n}\n')
    cli.write(f"message-types/{key}/message_type.json", _banner())
    cli.write(f"workflows/{key}/workflow.json", {"name": "All", "steps": [in_app(f"{{% render '{key}' %}}")]})
    cli.write(f"guides/{key}/guide.json", guide(step(), channel_key="guide"))

    cli.says("push", "--commit", "--commit-message", "All of it")
    pushed = cli.files("")
    # The command line does not send the flags of an audience, and commits none by its key.
    product.puts(f"/v1/commits?resource_type=audience&resource_id={key}")
    cli.says("pull", "--force")

    pulled = cli.files("")
    of_others = [path for path in pushed if not path.startswith("audiences")]
    assert {path: pulled[path] for path in of_others} == {path: pushed[path] for path in of_others}
    assert b'"name": "VIPs"' in pulled[f"audiences/{key}/audience.json"]
    assert {path.split("/")[0] for path in pushed if key in path} == {
        "audiences",
        "guides",
        "layouts",
        "message-types",
        "partials",
        "workflows",
    }
    assert product.call("GET", f"/v1/audiences/{key}/members").json()["entries"] == []
    cli.says("audience", "archive", key, "--environment", "development", "--force")
    assert product.call("GET", f"/v1/audiences/{key}/members").status_code == 404


def test_a_branch_is_made_tried_merged_and_gone(product: Product, cli: Cli) -> None:
    key, slug, jane = product.id("order"), product.id("feature"), product.user("jane")
    file = f"workflows/{key}/workflow.json"
    cli.write(file, {"name": "Main", "steps": [in_app("Main")]})
    cli.says("workflow", "push", key, "--commit")

    cli.says("branch", "switch", slug, "--create", "--force")
    assert slug in {one["slug"] for one in cli.shows("branch", "list")["entries"]}
    cli.says("workflow", "pull", key, "--force")
    cli.write(file, {"name": "Branch", "steps": [in_app("Branch")]})
    cli.says("workflow", "push", key)
    cli.says("commit", "--commit-message", "Better", "--force")
    assert [one["commit_message"] for one in cli.shows("commit", "list")["entries"]] == ["Better"]

    _trigger(product, key, jane, slug)
    _trigger(product, key, jane, None)
    assert sorted(_said(product, jane, 2)) == ["<p>Branch</p>", "<p>Main</p>"]

    cli.says("branch", "exit")
    assert cli.shows("workflow", "get", key)["name"] == "Main"
    cli.says("branch", "merge", slug, "--force")
    assert cli.shows("workflow", "get", key)["name"] == "Branch"
    assert slug not in {one["slug"] for one in cli.shows("branch", "list")["entries"]}
    assert f"there is no branch '{slug}'" in cli.refuses("workflow", "pull", key, "--branch", slug, "--force")
    with pytest.raises(NotFoundError, match="branch_not_found"):
        _trigger(product, key, jane, slug)


def _trigger(product: Product, workflow: str, user: str, branch: str | None) -> None:
    knock = Knock(api_key=product.stack.secret_key, base_url=product.stack.api_url, branch=branch)
    knock.workflows.trigger(workflow, recipients=[user])


def _said(product: Product, user: str, count: int) -> list[str]:
    messages = product.arrived(user, *["delivered"] * count)
    contents = [product.knock.messages.get_content(message.id).data for message in messages]
    return [content.blocks[0].rendered for content in contents]  # type: ignore[union-attr]


def _layout() -> dict[str, str]:
    html = "<html><body>{{ content }}</body></html>"
    return {"name": "Plain", "html_layout": html, "text_layout": "{{ content }}"}


def _banner() -> dict[str, object]:
    title = {"type": "text", "key": "title", "label": "Title", "settings": {"required": True}}
    variant = {"key": "default", "name": "Default", "fields": [title]}
    return {"name": "Banner", "preview": "<p>Hi</p>", "variants": [variant]}
