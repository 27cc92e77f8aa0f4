"""`docs/costs.md`, written from the report: no number in it is typed by hand."""

from typing import Any

from bench.costs.markdown import table
from bench.costs.model import MILLION
from bench.costs.prices import PriceList
from bench.costs.report import Report, Table, assumptions_table
from bench.targets import reasons

HEAD = """# Costs

What Tocsin costs on AWS, and where it goes. `make cost` writes this page: from
[the ledger](../tests/costs/ledger.md), in which the tests keep, and hold the code to, every call, unit, execution and
invocation; and from [the price file](../bench/costs/prices.toml) of {dated}, for {region}: list prices, without free
tiers or discounts.

Counts are exact. Durations are not: nobody has measured them on AWS, so they are assumed, and [told below](#assumed).
They are in the columns Lambda and Step Functions, and nowhere else. Not in the tables: storage ($0.25 for a GB a
month, of what is kept until somebody deletes it), what the endpoint of a fetch step makes it wait for, what anybody but
AWS takes for a message, taxes.

![Dollars per million runs, by service, SES left out](charts/costs.svg)
"""

EXPLAINED = {
    "Dollars per million messages, by channel": """\
One recipient's part of a run of nothing but a message, from the request that triggers it, through the edge, to the
message's arrival, as far as it is told of. A trigger by itself pays for its request alone; the recipients of a page
share it. A quiet stack is priced: nothing shares an invocation or a lease of a rate unless the row says so.

Emails go by SES, and that is what anybody pays for an email. SMS go by Twilio, which calls back twice for each of them;
push by Expo, chats by Slack's incoming webhooks, and webhooks go where they are told to.

**What these vendors take themselves is not in it**, such as
{vendors}.

Of vendors' secrets, a process reads each once in five minutes: where SMS are rarer than that, it is ${secret:.2f} more
for each of the two functions that need it, the one that delivers and the one that is called back.
""",
    "Dollars per million runs, by the shape of the workflow": """\
The same for workflows of other steps.
""",
    "Dollars per million of everything else": """\
The handlers themselves, with all that comes of a request. A feed's page of fifty items is 50 KB, of which a fifth goes
out: answers are compressed for whoever takes that, as SDKs and browsers do.
""",
    "A million messages in one month": """\
By their price lists, read in copies of the day that is given. What they sell is more than messages: a dashboard,
support, people who are woken at night. Ours is a bill of AWS's, and the nights are yours.
""",
    "Billed for one run": """\
The units behind those dollars. AWS bills an Express execution by 64 MB of memory and 100 ms of time, begun ones whole.
How long one lasts is assumed, from the calls that it makes.
""",
    "An idle stack, by the month": """\
It does not cost nothing. Alarms are a price for each metric that is watched; Lambda asks each queue whether there is
something in it; and a sweep each minute looks for what is overdue. Storage comes on top.
""",
    "Targets": """\
They were set before anything was built, from a model. What is beyond a target is priced for a million messages: a call
by what Lambda waits for it, a unit by DynamoDB's list; so the rows overlap, and must not be added up.
""",
}


def page(report: Report) -> str:
    prices = report.biller.prices
    parts = [HEAD.format(dated=prices.dated, region=prices.region)]
    said = {"vendors": _vendors(prices), "secret": prices.aws["secret_request"].of(MILLION)}
    parts += [_section(one, **said) for one in report.tables()]
    parts += [reasons(report.targets), _section(assumptions_table()), _sources(prices)]
    return "\n".join(parts)


def _section(shown: Table, **said: Any) -> str:
    explained = EXPLAINED.get(shown.title, "").format(**said)
    lines = [
        f"## {shown.title}",
        "",
        *([explained] if explained else []),
        table(shown.heading, shown.rows),
        "",
    ]
    return "\n".join(lines)


def _vendors(prices: PriceList) -> str:
    told = [
        f"{one.service}'s list price: ${one.of(MILLION):,.0f} for a million, each a {one.unit}"
        for one in prices.vendors.values()
    ]
    return "; ".join(told)


def _sources(prices: PriceList) -> str:
    rows = [
        [
            f"{one.service}: {one.unit}",
            f"${one.dollars:g}" + (f" for {one.per:,.0f}" if one.per > 1 else ""),
            f"{one.source} ({one.date}{', undated' if one.seen == 'undated' else ''})",
        ]
        for one in (*prices.aws.values(), *prices.vendors.values())
    ]
    return "\n".join(["## Prices", "", table(["what", "price", "source"], rows), ""])
