"""The receipts worker: what providers report of a message after they took it. SES's events come as they are, other
vendors' from the function that they call."""

from pydantic import TypeAdapter

from functions.receipts.env import Env
from tocsin.channels.email.ses_events import SesEventIn, receipt_of
from tocsin.contract.tasks import UNTOLD, RecordReceipt
from tocsin.domain.messages import Status
from tocsin.domain.receipts import Receipt
from tocsin.lambda_kit.queue_batches import Delivery, tagged_queue_handler
from tocsin.lambda_kit.services import Services
from tocsin.usecases.record_receipt import ReceiptPorts, record_receipt

Told = SesEventIn | RecordReceipt
TOLD: TypeAdapter[Told] = TypeAdapter(Told, config=UNTOLD)


def _work(services: Services, told: Told, delivery: Delivery) -> str:
    receipt = _recorded(told) if isinstance(told, RecordReceipt) else receipt_of(told)
    if receipt is None:
        return "foreign"
    ports = ReceiptPorts(services.message_lists, services.messages, services.recipients, services.clock)
    return record_receipt(ports, receipt, delivery.receives)


def _recorded(task: RecordReceipt) -> Receipt:
    return Receipt(
        task.env,
        task.message_id,
        task.external_id,
        Status(task.status),
        task.facts,
        task.is_soft,
        task.address,
        task.suppresses,
        task.channel_id,
    )


lambda_handler = tagged_queue_handler(Env, TOLD, _work)
