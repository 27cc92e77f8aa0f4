"""What the demo shows: the messages, the timeline of the run, and the email where it really lies."""

import re
from datetime import datetime
from html import unescape

import httpx
from knockapi import Knock
from knockapi.types import Message, MessageContents
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from local.seed import StackInfo

_EXCERPT = 60
_TAG = re.compile(r"<[^>]+>")


def show(console: Console, client: Knock, info: StackInfo, messages: list[Message], took: float) -> None:
    console.print()
    console.print(_messages(client, messages))
    console.print(f"Both messages arrived {took:.1f} s after the trigger, 2 s of them the delay step's.")
    console.print()
    console.print(_timeline(client, messages[0]))
    console.print(_mailbox(info), soft_wrap=True)


def _messages(client: Knock, messages: list[Message]) -> Table:
    table = Table(title="Messages", title_justify="left", title_style="bold")
    for column in ("channel", "status", "content", "created"):
        table.add_column(column)
    for message in messages:
        content = _excerpt(client.messages.get_content(message.id))
        table.add_row(channel_type(message), message.status, content, _clock(message.inserted_at))
    return table


def channel_type(message: Message) -> str:
    return message.channel.type if message.channel else "?"


def _excerpt(contents: MessageContents) -> str:
    data = contents.data
    text = getattr(data, "subject_line", None)
    if text is None:
        text = next((getattr(block, "rendered", "") for block in getattr(data, "blocks", [])), "")
    plain = unescape(_TAG.sub("", text)).strip()
    return escape(plain if len(plain) <= _EXCERPT else plain[: _EXCERPT - 1] + "…")


def _timeline(client: Knock, message: Message) -> Table:
    run = client.workflow_recipient_runs.get(message.source.workflow_recipient_run_id or "")
    table = Table(title=f"Timeline of run {run.id} ({run.status})", title_justify="left", title_style="bold")
    for column in ("time", "since the trigger", "step", "event"):
        table.add_column(column, justify="right" if column.startswith("since") else "left")
    for event in run.events:
        since = (event.inserted_at - run.inserted_at).total_seconds()
        table.add_row(_clock(event.inserted_at), f"{since:+.2f} s", event.step_ref or "", event.event)
    return table


def _mailbox(info: StackInfo) -> str:
    """The emulator's SES keeps what it accepted: proof that the email left the engine."""
    accounts = httpx.get(f"{info.aws_endpoint_url}/_ministack/ses/messages", timeout=10.0).json()["messages"]
    mails = [mail for account in accounts.values() for mail in account]
    lines = [f"  to {', '.join(mail['To'])}: {mail['Subject']}" for mail in mails]
    return "\n".join([f"\nIn the emulator's SES mailbox ({len(mails)}):", *map(escape, lines)])


def _clock(moment: datetime) -> str:
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"
