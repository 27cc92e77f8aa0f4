"""Where a chat message goes: to the recipient's connections, to one that the step names, or under an earlier message.

A place is what the message's content will say of it: the `connection`; the `connection_secrets` of one that the step
names, for these lie nowhere else; the message that it `replies_to`; and the `problem` why nothing can be sent there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from tocsin.domain import json_text
from tocsin.domain.channel_data import connection_problem
from tocsin.domain.connections import key_of, secrets_in, without_secrets
from tocsin.domain.messages import Message
from tocsin.engine.context import Destination, Json, Reaching, UnsendableError
from tocsin.usecases.composing.texts import line, rendered

SLACK = "chat_slack"
# Who writes to phone numbers, and knows people by nothing else.
BY_NUMBER = frozenset({"chat_whatsapp"})
# What of a connection a message keeps in its snapshot.
IN_SNAPSHOT = ("channel_id", "user_id")


def places(reaching: Reaching) -> Sequence[Destination]:
    settings = reaching.template.get("settings") or {}
    if settings.get("reply_to_step_ref"):
        return [_under(_only_message(reaching, settings["reply_to_step_ref"]))]
    found = _named_by_the_step(reaching, settings) or list(_of_recipient(reaching))
    if not settings.get("parent_message_id"):
        return found
    reply = _reply_to(line(rendered(reaching, settings["parent_message_id"])))
    return [replace(one, address={**reply, **one.address}) for one in found]


def _only_message(reaching: Reaching, ref: str) -> Message:
    """The one that an earlier step has made on this channel. Raises UnsendableError for none and for many: nobody could
    say which conversation is meant."""
    found = [one for one in reaching.messages_of(ref) if one.channel_id == reaching.channel.id]
    if len(found) != 1:
        raise UnsendableError("no_single_parent_message", reply_to_step_ref=ref, parent_messages=len(found))
    return found[0]


def _under(parent: Message) -> Destination:
    """Where exactly, delivery learns from the parent: its connection, and what the chat calls it once it is sent."""
    connection = {name: parent.snapshot[name] for name in IN_SNAPSHOT if parent.snapshot.get(name)}
    address = {"connection": connection, "replies_to": {"message_id": parent.id}}
    return Destination(address, not_before=parent.scheduled_at)


def _reply_to(parent_id: str) -> Json:
    """A message that the chat has, by the chat's own id."""
    if not parent_id:
        return {"problem": "parent_message_id: what was rendered is empty, so there is nothing to reply to"}
    return {"replies_to": {"external_id": parent_id, "thread_id": parent_id}}


def _named_by_the_step(reaching: Reaching, settings: Json) -> list[Destination]:
    """Exactly one, even where what was rendered names nobody: then the message is made, and tells why it cannot go."""
    if settings.get("send_to"):
        connection: Any = {"channel_id": line(rendered(reaching, settings["send_to"]))}
        return [_named("send_to", connection, connection_problem(reaching.channel.provider, connection))]
    if settings.get("recipient_connection"):
        text = rendered(reaching, settings["recipient_connection"])
        try:
            connection = json_text.loads(text)
        except (ValueError, RecursionError):
            problem = "is not JSON" if text.strip() else "is empty"
            return [_named("recipient_connection", {}, f"what was rendered {problem}")]
        problem_ = connection_problem(reaching.channel.provider, connection)
        return [_named("recipient_connection", connection, problem_)]
    return []


def _named(field: str, connection: Any, problem: str | None) -> Destination:
    if problem is not None:
        return Destination({"connection": {}, "problem": f"{field}: {problem}"})
    secrets = {"connection_secrets": secrets_in(connection)}
    return Destination({"connection": without_secrets(connection), **secrets})


def _of_recipient(reaching: Reaching) -> Iterator[Destination]:
    """A connection that names nobody (only a token, or a webhook that is gone) is none."""
    if reaching.channel.provider in BY_NUMBER:
        yield from _by(reaching, "phone_number")
        return
    connections = reaching.channel_data.get("connections") or ()
    found = [one for one in connections if key_of(one)]
    yield from (Destination({"connection": without_secrets(one)}, key_of(one)) for one in found)
    if not found and _can_find_by_email(reaching):
        yield from _by(reaching, "email")


def _by(reaching: Reaching, name: str) -> Iterator[Destination]:
    value = reaching.scope["recipient"].get(name)
    to = line(value) if isinstance(value, str) else ""
    if to:
        yield Destination({"connection": {name: to}})


def _can_find_by_email(reaching: Reaching) -> bool:
    """Slack is asked when the message is sent: steps call nobody. Without a token there is nobody to ask."""
    if reaching.channel.provider != SLACK or not reaching.settings.get("email_based_user_id_resolution"):
        return False
    holders = (reaching.tenant_data, reaching.channel_data)
    return any((holder.get("token") or {}).get("access_token") for holder in holders)
