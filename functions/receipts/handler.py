"""The receipts worker: what providers report of a message after they took it."""

from functions.receipts.env import Env
from tocsin.channels.email.ses_events import SES_EVENT, SesEventIn, receipt_of
from tocsin.lambda_kit.queue_batches import Delivery, tagged_queue_handler
from tocsin.lambda_kit.services import Services
from tocsin.usecases.record_receipt import ReceiptPorts, record_receipt


def _work(services: Services, event: SesEventIn, delivery: Delivery) -> str:
    receipt = receipt_of(event)
    if receipt is None:
        return "foreign"
    ports = ReceiptPorts(services.message_lists, services.messages, services.clock)
    return record_receipt(ports, receipt, delivery.receives)


lambda_handler = tagged_queue_handler(Env, SES_EVENT, _work)
