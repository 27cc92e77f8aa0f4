"""What vendors are answered. They look at the status alone."""

from pydantic import BaseModel


class ReceivedOut(BaseModel):
    """How many events of the call were about messages of ours, and are recorded soon."""

    received: int
