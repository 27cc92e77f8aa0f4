"""One story of the whole engine, played on a running stack: every kind of step, and what can happen during a wait.

Whatever waits, waits at the same time, so the story takes as long as its longest way.

- `orders`: for a pro, a throttle, a request, changes of data and user, a batch that closes when it is full, an email in
  their language, a channel group, a delay, and another workflow; for anybody else a note. Jane, Ann and Tom order three
  times, and one of them is cancelled for Jane.
- `talk`: a batch whose window slides.
- `night`: a send window that opens by the recipient's clock, in a few seconds.
- `retired`: switched off while its run waits.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.builders.batches import batch, sliding
from tests.builders.stack import Product, delay, email, eventually, in_app
from tests.builders.ways import (
    branch,
    cohorts,
    fetch,
    otherwise,
    throttle,
    trigger_workflow,
    update,
    update_data,
    when,
)
from tocsin.domain.send_windows import DAYS

Json = dict[str, Any]

TALK = timedelta(seconds=6)
PASS = 3
"""So many of a recipient's orders pass the throttle."""
WHAT_CAME = (
    "{{ total_activities }} by {{ total_actors }}: {% for one in activities %}{{ one.n }} {% endfor %}"
)


class Story:
    """People and workflows; each workflow is known by its key."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.jane = _jane(product)
        self.ann = product.user("ann", plan="pro")
        self.tom = product.user("tom", plan="free")
        self.boss = product.user("boss")
        self.report = _report(product)
        self.orders = _orders(product)
        self.talk = product.workflow(sliding(TALK.seconds, 60), in_app(WHAT_CAME), word="talk")
        self.retired = product.workflow(delay(6), in_app(), word="retired")
        self.night = product.id("night")
        self.opens_at: datetime
        """When the send window opens: known when the night begins."""

    def play(self) -> None:
        """Until everything has come to its end. What a window takes in is there before the next comes."""
        self._trigger(self.retired, self.tom)
        self._stand(self.retired, "paused")
        self.product.puts(f"/v1/workflows/{self.retired}/activate", status=False)
        self._talk()
        self._order(1, self.jane, self.ann, self.tom, actor=self.boss)
        self._stand(self.orders, "paused", "paused", "completed")
        self._order(2, self.jane, self.ann, self.tom, actor=self.tom)
        self._stand(self.orders, "paused", "paused", *["completed"] * 4)
        self.product.knock.workflows.cancel(self.orders, cancellation_key="order-2", recipients=[self.jane])
        self._order(3, self.jane, self.ann, self.tom, actor=self.tom)
        self._fall_asleep()
        self._everything_ends()
        self._order(4, self.tom)
        self._stand(self.orders, *["completed"] * 10)

    def _talk(self) -> None:
        """Tom's second word comes late enough to move the end of the window by more than a wake-up may be late."""
        self._trigger(self.talk, self.tom, data={"n": 1})
        self._stand(self.talk, "paused")
        [run] = self.product.runs_of(self.talk)
        later = run.updated_at + TALK / 3
        eventually(lambda: datetime.now(UTC) > later, f"the clock to show {later}")
        self._trigger(self.talk, self.tom, data={"n": 2})

    def _trigger(self, workflow: str, *people: str, **body: Any) -> None:
        self.product.knock.workflows.trigger(workflow, recipients=people, **body)

    def _order(self, n: int, *people: str, **body: Any) -> None:
        data = {"project": "apollo", "n": n, "nested": {"n": n}}
        self._trigger(self.orders, *people, data=data, cancellation_key=f"order-{n}", **body)

    def _fall_asleep(self) -> None:
        """Ann is written to a few seconds before she may be."""
        self.opens_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=9)
        zone = _zone_away_from_midnight(self.opens_at)
        self.product.knock.users.update(self.ann, timezone=zone)
        opens = self.opens_at.astimezone(ZoneInfo(zone)).time().isoformat()
        windows = {"send_windows": [{"day": day, "type": "send", "from": opens} for day in DAYS]}
        self.product.workflow(in_app() | windows, email() | windows, word="night")
        self._trigger(self.night, self.ann)

    def _everything_ends(self) -> None:
        self._stand(self.retired, "completed")
        self._stand(self.talk, "completed", "completed")
        self._stand(self.night, "completed")
        self._stand(self.orders, *["completed"] * 9)
        self._stand(self.report, "completed")

        def delivered() -> bool:
            found = self.product.messages_of(self.ann)
            return [one.status for one in found if one.source.key == self.night] == ["delivered"] * 2

        eventually(delivered, "the messages of the night to be delivered")

    def _stand(self, workflow: str, *statuses: str) -> None:
        """Once its runs have these."""
        expected = sorted(statuses)

        def look() -> bool:
            runs = self.product.knock.workflow_recipient_runs.list(workflow=workflow).items
            return sorted(run.status for run in runs) == expected

        eventually(look, f"the runs of {workflow} to be {expected}")


def _jane(product: Product) -> str:
    """Speaks French, has a device, and wants no push."""
    jane = product.user("jane", plan="pro", locale="fr-BE")
    push = product.stack.channels["push"]
    product.knock.users.set_channel_data(jane, push, data={"tokens": [f"ExponentPushToken[{product.name}]"]})
    product.knock.users.set_preferences(jane, "default", channel_types={"push": False})
    return jane


def _orders(product: Product) -> str:
    _surroundings(product)
    free = {**otherwise(in_app("Order {{ data.n }} for {{ data.headline }}", "note_1")), "terminates": True}
    return product.workflow(
        throttle(PASS, throttle_key="data.project"),
        fetch(
            f"{product.stack.api_url}/sink/webhook/{product.name}/fetch/{{{{ recipient.id }}}}",
            headers=[{"key": "x-token", "value": f"{{{{ vars.token-{product.name} }}}}"}],
        ),
        update_data('{"headline": "{{ data.project | upcase }}"}'),
        update("user", '{"orders": {"last": {{ data.n }}}}'),
        branch(when("recipient.plan", "pro", batch(60, batch_items_max_limit=3)), free),
        cohorts((100, [_mail(product)]), (0, [in_app("Nobody", "nobody_1")])),
        _through_group(product),
        in_app(WHAT_CAME),
        _step("sms", {"text_body": "{{ total_activities }}"}),
        _step("push", {"title": "Orders", "text_body": "{{ total_activities }}"}),
        delay(2),
        in_app("You have not seen it", "reminder_1") | {"conditions": _not_delivered("in_app_1")},
        trigger_workflow(
            product.id("report"), recipients=product.id("boss"), data='{"total": {{ total_activities }}}'
        ),
        word="orders",
    )


def _report(product: Product) -> str:
    """The boss gets one, ever."""
    step = in_app("{{ data.total }} for {{ data.who | default: 'somebody' }}")
    return product.workflow(step, word="report", trigger_frequency="once_per_recipient")


def _surroundings(product: Product) -> None:
    """What the steps name."""
    texts = '{"subject": {"one": "Une commande", "other": "{{ count }} commandes"}}'
    product.puts(
        f"/v1/translations/fr?commit=true&namespace={product.name}",
        translation={"format": "json", "content": texts},
    )
    row = {"name": "Row", "type": "html", "content": "<li>{{ number }} by {{ who }}</li>"}
    product.puts(f"/v1/partials/{product.id('row')}?commit=true", partial=row)
    product.puts(
        f"/v1/variables/token-{product.name}", variable={"type": "secret", "value": f"secret-{product.name}"}
    )
    hook = {"name": "Hook", "provider": "http_knock_webhook", "settings": {"url": "https://nobody.test"}}
    product.puts(f"/v1/channels/{product.id('hook')}", channel=hook)
    free = {"rule_type": "if", "variable": "recipient.plan", "operator": "equal_to", "argument": "free"}
    rules = [
        {"channel_key": product.id("hook"), **free},
        {"channel_key": "webhook", "rule_type": "always"},
    ]
    group = {"name": "Hooks", "channel_type": "http", "operator": "any", "channel_rules": rules}
    product.puts(f"/v1/channel_groups/{product.id('hooks')}", channel_group=group)


def _mail(product: Product) -> Json:
    rows = f"{{% render '{product.id('row')}', number: one.n, who: one.actor.name %}}"
    step = email(f"<ul>{{% for one in activities %}}{rows}{{% endfor %}}</ul>")
    subject = f"{{{{ '{product.name}:subject' | t: count: total_activities | default: 'Orders' }}}}"
    return step | {"template": step["template"] | {"subject": subject}}


def _through_group(product: Product) -> Json:
    template = {
        "method": "post",
        "url": f"{product.stack.api_url}/sink/webhook/{product.name}/group/{{{{ recipient.id }}}}",
        "body": '{"total": {{ total_activities }}, "received": {{ data.received }}}',
    }
    return {
        "type": "channel",
        "ref": "group_1",
        "channel_group_key": product.id("hooks"),
        "template": template,
    }


def _step(channel: str, template: Json) -> Json:
    return {"type": "channel", "ref": f"{channel}_1", "channel_key": channel, "template": template}


def _not_delivered(ref: str) -> Json:
    variable = f"refs.{ref}.delivery_status"
    return {"all": [{"variable": variable, "operator": "less_than", "argument": "$message.delivered"}]}


def _zone_away_from_midnight(moment: datetime) -> str:
    """A day's window ends there; in this zone the moment is in the morning or at noon."""
    return "Etc/UTC" if moment.hour < 12 else "Etc/GMT+12"
