"""Wiring of what deliveries read."""

from tocsin.contract.tasks import Deliver
from tocsin.domain.recipients import RecipientRef
from tocsin.lambda_kit.services import Services
from tocsin.store.deliveries import at_hand
from tocsin.store.messages import MessageStore


def messages_of(services: Services, task: Deliver) -> MessageStore:
    """With the task's own at hand."""
    recipient = RecipientRef(task.collection, task.recipient_id)
    address = task.env, recipient, task.channel_id, task.message_id
    return at_hand(services.messages, services.table, *address)
