"""Webhooks: list, get, create, change, give a new secret, try, remove; and the log of what was sent to them."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from functions.management.lists import page
from functions.management.surroundings import known_environment
from tocsin.contract.credentials import created_secret_out
from tocsin.contract.management import EnvironmentQuery
from tocsin.contract.webhooks import (
    CreatedWebhookOut,
    DeliveriesQuery,
    WebhookDeliveriesOut,
    WebhookDeliveryOut,
    WebhookOut,
    WebhookSecretOut,
    WebhooksOut,
    WebhookTestIn,
    WrappedWebhookIn,
    WrappedWebhookOut,
    delivery_out,
    webhook_out,
)
from tocsin.domain.ids import random_secret
from tocsin.domain.webhooks import Webhook
from tocsin.lambda_kit.calls import Call, CallFacts
from tocsin.lambda_kit.pagination import is_sort_key, slice_of_found, window_of
from tocsin.lambda_kit.paths import PathText
from tocsin.lambda_kit.responses import NO_CONTENT_DOCUMENTED, documented, json_response, no_content
from tocsin.lambda_kit.router import Router
from tocsin.usecases.configure_webhooks import (
    WebhookPorts,
    change_webhook,
    create_webhook,
    find_webhook,
    remove_webhook,
    rotate_secret,
)
from tocsin.usecases.webhook_deliveries import (
    DeliveryPorts,
    find_deliveries,
    find_delivery,
    replay_delivery,
    send_sample,
)

router = Router()
TAGS = ["Webhooks"]
Where = Annotated[EnvironmentQuery, Query()]


def _ports(call: CallFacts) -> WebhookPorts:
    services = call.services
    return WebhookPorts(services.webhooks, services.webhook_secrets, services.new_uuid, random_secret)


def _delivery_ports(call: CallFacts) -> DeliveryPorts:
    services = call.services
    return DeliveryPorts(services.webhook_deliveries, services.queue("WEBHOOKS_QUEUE_URL"), services.new_uuid)


def _named(call: CallFacts, webhook_id: str) -> tuple[str, Webhook]:
    """The webhook, behind the environment that it is in. Raises NotFoundError."""
    env = known_environment(call)
    return env, find_webhook(call.services.webhooks, env, webhook_id)


@router.get("/v1/webhooks", summary="List webhooks", responses=documented(WebhooksOut), tags=TAGS)
def list_webhooks(query: Where, call: Call) -> Response[Any]:
    """Those of an environment. Never their secrets."""
    found = call.services.webhooks.all(known_environment(call))
    return json_response({"entries": [webhook_out(webhook) for webhook in found]})


@router.post("/v1/webhooks", summary="Create a webhook", responses=documented(CreatedWebhookOut), tags=TAGS)
def post_webhook(body: WrappedWebhookIn, query: Where, call: Call) -> Response[Any]:
    """It hears of what happens from then on, within ten seconds. Its secret is shown this once."""
    created = create_webhook(_ports(call), known_environment(call), body.webhook, call.now)
    return json_response({"webhook": webhook_out(created.webhook), "secret": created.secret})


@router.get("/v1/webhooks/<webhook_id>", summary="Get a webhook", responses=documented(WebhookOut), tags=TAGS)
def get_webhook(webhook_id: PathText, query: Where, call: Call) -> Response[Any]:
    """With how it fares."""
    _, webhook = _named(call, webhook_id)
    return json_response(webhook_out(webhook))


@router.put(
    "/v1/webhooks/<webhook_id>",
    summary="Change a webhook",
    responses=documented(WrappedWebhookOut),
    tags=TAGS,
)
def put_webhook(webhook_id: PathText, body: WrappedWebhookIn, query: Where, call: Call) -> Response[Any]:
    """What is left out stays. It holds within ten seconds."""
    changed = change_webhook(_ports(call), known_environment(call), webhook_id, body.webhook, call.now)
    return json_response({"webhook": webhook_out(changed)})


@router.delete(
    "/v1/webhooks/<webhook_id>", summary="Remove a webhook", responses=NO_CONTENT_DOCUMENTED, tags=TAGS
)
def delete_webhook(webhook_id: PathText, query: Where, call: Call) -> Response[Any]:
    """With its secrets. What is on its way to it is dropped."""
    remove_webhook(_ports(call), known_environment(call), webhook_id)
    return no_content()


@router.post(
    "/v1/webhooks/<webhook_id>/secret",
    summary="Give a webhook a new secret",
    responses=documented(WebhookSecretOut),
    tags=TAGS,
)
def post_webhook_secret(webhook_id: PathText, query: Where, call: Call) -> Response[Any]:
    """Shown this once. For a day events are signed with the one before, too."""
    created = rotate_secret(_ports(call), known_environment(call), webhook_id, call.now)
    return json_response(created_secret_out(created))


@router.post(
    "/v1/webhooks/<webhook_id>/test",
    summary="Send a sample to a webhook",
    responses=documented(WebhookDeliveryOut),
    tags=TAGS,
)
def post_webhook_test(webhook_id: PathText, body: WebhookTestIn, query: Where, call: Call) -> Response[Any]:
    """Signed as events are, in one try. What it answered is in the delivery, a moment later."""
    env, webhook = _named(call, webhook_id)
    delivery = send_sample(_delivery_ports(call), env, webhook, body.event_type, call.now)
    return json_response(delivery_out(delivery))


@router.get(
    "/v1/webhooks/<webhook_id>/deliveries",
    summary="List deliveries to a webhook",
    responses=documented(WebhookDeliveriesOut),
    tags=TAGS,
)
def list_webhook_deliveries(
    webhook_id: PathText, query: Annotated[DeliveriesQuery, Query()], call: Call
) -> Response[Any]:
    """Of the last thirty days, the latest event first, each with its tries."""
    env, webhook = _named(call, webhook_id)
    window, store = window_of(query, is_sort_key), call.services.webhook_deliveries
    found = find_deliveries(store, env, webhook, query.status, window.span, window.size, call.now)
    shown = slice_of_found(found, window, lambda delivery: delivery.event_id)
    return json_response(page(shown, query.page_size, delivery_out))


@router.get(
    "/v1/webhooks/<webhook_id>/deliveries/<event_id>",
    summary="Get a delivery to a webhook",
    responses=documented(WebhookDeliveryOut),
    tags=TAGS,
)
def get_webhook_delivery(webhook_id: PathText, event_id: PathText, query: Where, call: Call) -> Response[Any]:
    """What was sent, and what was answered to each try."""
    env, webhook = _named(call, webhook_id)
    delivery = find_delivery(call.services.webhook_deliveries, env, webhook, event_id, call.now)
    return json_response(delivery_out(delivery))


@router.post(
    "/v1/webhooks/<webhook_id>/deliveries/<event_id>/replay",
    summary="Replay a delivery to a webhook",
    responses=documented(WebhookDeliveryOut),
    tags=TAGS,
)
def replay_webhook_delivery(
    webhook_id: PathText, event_id: PathText, query: Where, call: Call
) -> Response[Any]:
    """Once more from the start, whatever became of it before."""
    env, webhook = _named(call, webhook_id)
    delivery = replay_delivery(_delivery_ports(call), env, webhook, event_id, call.now)
    return json_response(delivery_out(delivery))
