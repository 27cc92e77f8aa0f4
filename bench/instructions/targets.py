"""What starts and warm requests set out to take, in millions of instructions, and what they take now."""

from collections.abc import Iterator, Mapping

from bench.instructions import requests
from bench.instructions.starts import Built, Starts
from bench.targets import Target
from infra.api import ROUTES

API, STEPS = ("deps", "signing"), ("deps", "rendering")


def targets(found: Starts, built: Built, warm: Mapping[str, int]) -> Iterator[Target]:
    yield from _starts(found)
    yield from _bundle(built)
    yield from _warm({name: count / 1e6 for name, count in warm.items()})


def _starts(found: Starts) -> Iterator[Target]:
    behind_routes = {route.function for route in ROUTES}
    millions = {name: count / 1e6 for name, count in found.handlers.items()}
    heaviest = max((name for name in millions if name in behind_routes), key=millions.__getitem__)
    worker = max((name for name in millions if name not in behind_routes), key=millions.__getitem__)
    checks = "it checks every kind of definition; nobody waits for its first answer but those who deploy"
    yield Target(
        "G1", f"start of a function of the API, {heaviest}", 1250, millions[heaviest], "M", why=checks
    )
    liquid = "Liquid and its filters are a quarter of it"
    yield Target("G2", f"start of a worker, {worker}", 1450, millions[worker], "M", why=liquid)


def _bundle(built: Built) -> Iterator[Target]:
    yield Target(
        "G3", "sources that are compiled at a start", 0, len(built.compiled), why="a build left them out"
    )
    signed = (
        "cryptography is 4.9 MB of it: user tokens are signed with RSA, and the standard library cannot check that."
        " To import it costs nothing where no token comes: it is loaded with the first. At least is without sources"
        " beside bytecode: they stay, for where Lambda's Python is not the one that compiled, bytecode alone does not"
        " start"
    )
    yield _mount("a function of the API mounts", 7.5, built, API, signed)
    rendered = (
        "what every function has is the most of it, and the two libraries that make emails are 2.5 MB. At least is"
        " without sources, as above"
    )
    yield _mount("run_steps mounts", 10, built, STEPS, rendered)
    slow = "of a machine that was busy: it is 7 M instructions"
    yield Target("G5", "authorities of a connection to AWS", 2, built.authorities_ms, "ms", why=slow)


def _mount(who: str, limit: float, built: Built, layers: tuple[str, ...], why: str) -> Target:
    now, least = (sum(sizes[name] for name in layers) / 1e6 for sizes in (built.sizes, built.sourceless))
    return Target("G4", f"what {who} beside core", limit, now, "MB", least=least, why=why)


def _warm(millions: Mapping[str, float]) -> Iterator[Target]:
    answered = millions[requests.GET_USER.name] - millions[requests.GET_ROW.name]
    most = "two thirds are Powertools' router and its validation, whose every part is small"
    yield Target("G6", "GET a user, without its call", 0.7, answered, "M", why=most)
    yield Target("G6", "POST that is refused", 0.7, millions[requests.REFUSED.name], "M", why=most)
    signing = "botocore signs, resolves and emits events for each call"
    for one, limit in (
        (requests.GET_ITEM, 1.8),
        (requests.SMALL_QUERY, 4.0),
        (requests.SMALL_BATCH_WRITE, 4.7),
    ):
        yield Target("G7", one.name, limit, millions[one.name], "M", why=signing)
    yield _page_of_feed(millions, answered)
    yield _recipient(millions)


def _recipient(millions: Mapping[str, float]) -> Target:
    whole, calls, least = (
        millions[one.name] for one in (requests.RECIPIENT, requests.RECIPIENT_CALLS, requests.RECIPIENT_LEAST)
    )
    why = (
        f"a page's calls take {calls:.2f} of each by themselves, with their rows made already, and the two templates"
        f" {least - calls:.2f}, with all that they name at hand. What is left, {whole - least:.2f}, is to read whom and"
        " what the page is about, decide by conditions and preferences, make markdown HTML, and make a run with its"
        " log and a message, each with its id and its row. The loop that set the target rendered and wrote one row"
    )
    return Target("G15", requests.RECIPIENT.name, 1.2, whole, "M", least=least, why=why)


def _page_of_feed(millions: Mapping[str, float], answered: float) -> Target:
    page, calls, written = (
        millions[one.name] for one in (requests.FEED_PAGE, requests.FEED_CALLS, requests.FEED_LEAST)
    )
    least = written + answered
    each = (page - least) / requests.FEED * 1000
    why = (
        f"its two calls take {calls:.1f} by themselves, their rows read as JSON and not looked at; to write the answer,"
        f" of which what rows hold as JSON is only put in its place, {written - calls:.1f}; to find the route, check"
        f" the key and log, as for any request, {answered:.1f}. One call is the query, which brings counts and items;"
        " the other reads those whom activities show, as they are now: the reader and the actors, whose rows lie where"
        f" no query for items reaches. What is left is {each:.0f} k for each of fifty items: to take it from its row,"
        " see whether it is shown, derive the id of its activity, which is not stored, and put it together. The loop"
        " that set the target made one call and wrote nothing"
    )
    return Target("G12", requests.FEED_PAGE.name, 6, page, "M", least=least, why=why)
