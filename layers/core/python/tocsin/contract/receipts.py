"""What vendors are answered. They look at the status alone."""

from tocsin.contract.model import Model


class ReceivedOut(Model):
    """How many events of the call were about messages of ours, and are recorded soon."""

    received: int
