"""An environment in which somebody lives: at least one of everything that the API can name, and what it is called."""

from typing import Any

import httpx

from tests.builders.account import EMAIL_CHANNEL, IN_APP_CHANNEL, SECRET_KEY, SERVICE_TOKEN
from tests.builders.guides import GUIDE_CHANNEL, add_channel, guide
from tests.builders.in_process import Gateway
from tests.builders.schedules import NINE
from tests.builders.user_tokens import a_signing_key
from tests.builders.world import EMAIL, IN_APP, START, World
from tocsin.lambda_kit.services import Services

Json = dict[str, Any]
# By a path up to and with its variable, or by the name of a parameter or property wherever it stands; None leaves it
# out.
Names = dict[str, list[Any]]

PROJECT = {"collection": "projects", "id": "p1"}
PREFERENCES = {"channel_types": {"email": False}, "workflows": {"hello": {"channel_types": {"sms": True}}}}


class Inhabitants:
    """Everything is made through the API but messages, which the engine makes."""

    def __init__(self, services: Services, gateway: Gateway) -> None:
        self._world = World(services)
        self._http = httpx.Client(transport=gateway, base_url="https://tocsin.test")
        add_channel(services, "development", "production")
        services.signing_keys.put(a_signing_key(created_at=START))

    def settle(self) -> Names:
        self._recipients()
        messages = self._messages()
        made = self._belongings()
        ids = {name: [answer["id"]] for name, answer in made.items() if name != "schedule"}
        return {
            "after": [None],
            "before": [None],
            "branch": [None],
            "trigger_data": ['{"number": 1}', "{}"],
            "user_id": ["jane", "john"],
            "from_user_id": ["john"],
            "user_ids": [["jane", "nobody"]],
            "collection": ["projects", "$tenants"],
            "object_id": ["p1"],
            "object_ids": [["p1"]],
            "set_id": ["default", "acme"],
            "channel_type": ["email", "in_app_feed"],
            "channel_id": [IN_APP_CHANNEL, EMAIL_CHANNEL, GUIDE_CHANNEL, "in-app"],
            "tenant": ["acme"],
            "tenant_id": ["acme"],
            "tenant_ids": [["acme"]],
            "recipients": [["jane", PROJECT], [{"id": "new", "name": "New"}]],
            "workflow": ["hello", "mail"],
            "source": ["hello", "mail"],
            "message_id": messages,
            "message_ids": [messages[:2], messages],
            "schedule_ids": [[made["schedule"]["id"]]],
            "environment": ["development", "production"],
            "slug": ["development", "production"],
            "action": ["read", "archived", "delete"],
            "guide_key": ["welcome"],
            "guide_step_ref": ["step_1"],
            "run_id": [run.id for run in self._world.all_runs()],
            "/v1/workflows/{key}": ["hello", "mail"],
            "/v1/audiences/{key}": ["beta"],
            "/v1/channels/{key}": ["in-app", "email"],
            "/v1/email_layouts/{key}": ["default", "plain"],
            "/v1/guides/{key}": ["welcome"],
            "/v1/bulk_operations/{operation_id}": ids["operation"],
            "/v1/commits/{commit_id}": ids["commit"],
            "/v1/api_keys/{key_id}": ids["api_key"],
            "/v1/environments/{slug}/signing_keys/{key_id}": ids["signing_key"],
        }

    def _recipients(self) -> None:
        for user_id in ("jane", "john"):
            self._call("PUT", f"/users/{user_id}", {"name": user_id.title(), "email": f"{user_id}@app.test"})
            self._call("PUT", f"/users/{user_id}/preferences/default", PREFERENCES)
        self._call("PUT", "/tenants/acme", {"name": "Acme", "settings": {"preference_set": PREFERENCES}})
        self._call("PUT", "/objects/projects/p1", {"name": "Project", "budget": 1.50})
        self._call("POST", "/objects/projects/p1/subscriptions", {"recipients": ["jane"]})
        self._call(
            "POST", "/audiences/beta/members?create_audience=true", {"members": [{"user": {"id": "jane"}}]}
        )

    def _messages(self) -> list[str]:
        world = self._world
        world.workflow("hello", [IN_APP], categories=["news"])
        world.workflow("mail", [EMAIL])
        jane = world.user("jane")
        for number, tenant in enumerate((None, "acme", None)):
            world.trigger("hello", "jane", PROJECT, data={"number": number}, tenant=tenant, actor="john")
            world.advance(1)
        world.trigger("mail", "jane", data={"text": "Hi"})
        world.settle()
        return [message.id for message in world.messages_of(jane)]

    def _belongings(self) -> dict[str, Json]:
        layout = {"name": "Plain", "html_layout": "{{ content }}", "text_layout": "{{ content }}"}
        manage = {"key": SERVICE_TOKEN}
        self._call("PUT", "/email_layouts/plain?commit=true", {"email_layout": layout}, **manage)
        self._call("PUT", "/guides/welcome?commit=true", {"guide": guide()}, **manage)
        self._call("PUT", "/guides/welcome/activate", {"status": True}, **manage)
        schedules = {"workflow": "hello", "recipients": ["jane"], "repeats": [NINE]}
        signing_keys = "/environments/development/signing_keys"
        return {
            "schedule": self._call("POST", "/schedules", schedules)[0],
            "operation": self._call("POST", "/users/bulk/delete", {"user_ids": ["gone"]}),
            "commit": self._call("GET", "/commits", **manage)["entries"][0],
            "api_key": self._call(
                "POST", "/api_keys", {"kind": "secret", "environment": "development"}, **manage
            ),
            "signing_key": self._call("POST", signing_keys, {"name": "second"}, **manage),
        }

    def _call(self, method: str, path: str, body: object = None, *, key: str = SECRET_KEY) -> Any:
        answer = self._http.request(
            method, f"/v1{path}", json=body, headers={"authorization": f"Bearer {key}"}
        )
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None
