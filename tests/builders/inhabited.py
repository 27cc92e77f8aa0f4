"""An environment in which somebody lives: at least one of everything that the API can name, and what it is called."""

from typing import Any

import httpx

from tests.builders.account import EMAIL_CHANNEL, IN_APP_CHANNEL, SECRET_KEY, SERVICE_TOKEN
from tests.builders.definitions import delay_step, email_step, in_app_step, layout, partial, workflow
from tests.builders.guides import GUIDE_CHANNEL, add_channel, guide
from tests.builders.in_process import Gateway
from tests.builders.schedules import NINE
from tests.builders.user_tokens import a_signing_key
from tests.builders.world import START, World
from tocsin.domain.channels import Channel
from tocsin.lambda_kit.services import Services

Json = dict[str, Any]
# By a path up to and with its variable, by a path and a property behind it, or by name alone; None leaves it out.
Names = dict[str, list[Any]]

PUSH_CHANNEL = "00000000-0000-4000-8000-000000000008"
PROJECT = {"collection": "projects", "id": "p1"}
PREFERENCES = {"channel_types": {"email": False}, "workflows": {"hello": {"channel_types": {"sms": True}}}}
KEYS_OF_DEFINITIONS: Names = {
    "/v1/workflows/{key}": ["hello", "mail"],
    "/v1/email_layouts/{key}": ["default", "plain"],
    "/v1/partials/{key}": ["footer"],
    "/v1/guides/{key}": ["welcome"],
}
DEFINITIONS: Names = {
    "/v1/workflows/{key} workflow": [
        workflow(),
        workflow(email_step(), delay_step(seconds=5), in_app_step()),
    ],
    "/v1/email_layouts/{key} email_layout": [layout()],
    "/v1/partials/{key} partial": [partial()],
    "/v1/partials/preview partial": [partial()],
    "/v1/guides/{key} guide": [guide()],
}
VALIDATED: Names = {name.replace("} ", "}/validate "): known for name, known in DEFINITIONS.items()}
KNOWN: Names = {
    **KEYS_OF_DEFINITIONS,
    **DEFINITIONS,
    **VALIDATED,
    "after": [None],
    "before": [None],
    "branch": [None],
    "trigger_data": ['{"number": 1}', "{}"],
    "user_id": ["jane", "jane", "jane", "john"],
    "from_user_id": ["john"],
    "user_ids": [["jane", "nobody"]],
    "collection": ["projects", "$tenants"],
    "object_id": ["p1"],
    "object_ids": [["p1"]],
    "set_id": ["default", "acme"],
    "channel_type": ["email", "in_app_feed"],
    "channel_id": [IN_APP_CHANNEL, EMAIL_CHANNEL, GUIDE_CHANNEL],
    "channel_types": [{"email": True}],
    "data": [{"tokens": ["token"]}],
    "tenant": ["acme"],
    "tenant_id": ["acme"],
    "tenant_ids": [["acme"]],
    "recipients": [["jane", PROJECT], [{"id": "new", "name": "New"}]],
    "workflow": ["hello", "mail"],
    "source": ["hello", "mail"],
    "repeats": [[NINE]],
    "scheduled_at": [None],
    "ending_at": [None],
    "environment": ["development", "development", "production"],
    "to_environment": ["production"],
    "slug": ["development", "production"],
    "action": ["read", "archived", "delete"],
    "guide_key": ["welcome"],
    "guide_step_ref": ["step_1"],
    "/v1/users/{user_id}/feeds/{channel_id}": [IN_APP_CHANNEL],
    "/v1/users/{user_id}/guides/{channel_id}": [GUIDE_CHANNEL],
    "/v1/users/{user_id}/channel_data/{channel_id}": [PUSH_CHANNEL],
    "/v1/objects/{collection}/{object_id}/channel_data/{channel_id}": [PUSH_CHANNEL],
    "/v1/audiences/{key}": ["beta"],
    "/v1/channels/{key}": ["in-app", "email", "push"],
}


class Inhabitants:
    """Everything is made through the API but channels, signing keys, and messages, which the engine makes."""

    def __init__(self, services: Services, gateway: Gateway) -> None:
        self._world = World(services)
        self._http = httpx.Client(transport=gateway, base_url="https://tocsin.test")
        add_channel(services, "development", "production")
        push = Channel(PUSH_CHANNEL, "push", "Push", "push", "push_fcm", START, START)
        services.channels.put("development", push)
        services.signing_keys.put(a_signing_key(created_at=START))

    def settle(self) -> Names:
        """Makes all of it; returns what it is called."""
        self._recipients()
        self._definitions()
        messages = self._messages()
        body = {"workflow": "hello", "recipients": ["jane"], "repeats": [NINE]}
        [schedule] = self._call("POST", "/schedules", body)
        return {
            **KNOWN,
            "message_id": messages,
            "message_ids": [messages[:2], messages],
            "schedule_ids": [[schedule["id"]]],
            "run_id": [run.id for run in self._world.all_runs()],
            **self._things_of_the_account(),
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
        jane = world.user("jane")
        for number, tenant in enumerate((None, "acme", None)):
            world.trigger("hello", "jane", PROJECT, data={"number": number}, tenant=tenant, actor="john")
            world.advance(1)
        world.trigger("mail", "jane", data={"text": "Hi"})
        world.settle()
        return [message.id for message in world.messages_of(jane)]

    def _definitions(self) -> None:
        for key, steps in (("hello", [in_app_step()]), ("mail", [email_step()])):
            definition = workflow(*steps, categories=["news"])
            self._call("PUT", f"/workflows/{key}?commit=true", {"workflow": definition}, key=SERVICE_TOKEN)
        self._call("PUT", "/email_layouts/plain?commit=true", {"email_layout": layout()}, key=SERVICE_TOKEN)
        self._call("PUT", "/partials/footer?commit=true", {"partial": partial()}, key=SERVICE_TOKEN)
        self._call("PUT", "/guides/welcome?commit=true", {"guide": guide()}, key=SERVICE_TOKEN)
        self._call("PUT", "/guides/welcome/activate", {"status": True}, key=SERVICE_TOKEN)

    def _things_of_the_account(self) -> Names:
        signing_keys = "/environments/development/signing_keys"
        new_key = {"kind": "secret", "environment": "development"}
        operation = self._call("POST", "/users/bulk/delete", {"user_ids": ["gone"]})
        commits = self._call("GET", "/commits", key=SERVICE_TOKEN)["entries"]
        api_key = self._call("POST", "/api_keys", new_key, key=SERVICE_TOKEN)
        signing_key = self._call("POST", signing_keys, {"name": "second"}, key=SERVICE_TOKEN)
        return {
            "/v1/bulk_operations/{operation_id}": [operation["id"]],
            "/v1/commits/{commit_id}": [commit["id"] for commit in commits],
            "/v1/api_keys/{key_id}": [api_key["id"]],
            "/v1/environments/{slug}/signing_keys/{key_id}": [signing_key["id"]],
        }

    def _call(self, method: str, path: str, body: object = None, *, key: str = SECRET_KEY) -> Any:
        answer = self._http.request(
            method, f"/v1{path}", json=body, headers={"authorization": f"Bearer {key}"}
        )
        assert answer.is_success, (method, path, answer.text)
        return answer.json() if answer.content else None
