"""The links function: where the links in people's messages lead. It asks for no key: its links are signed."""

from collections.abc import Mapping

from functions.links.answers import BROKEN, INVALID
from functions.links.choosing import preferences, unsubscribing
from functions.links.env import Env
from functions.links.following import follow, follow_short, opened
from tocsin.domain.signed_links import SHORT, Purpose
from tocsin.lambda_kit.pages import Answer, Page, Visit, page_handler
from tocsin.lambda_kit.services import Services

ANSWERS: Mapping[str, Answer] = {
    Purpose.CLICK: follow,
    SHORT: follow_short,
    Purpose.OPEN: opened,
    Purpose.UNSUBSCRIBE: unsubscribing,
    Purpose.PREFERENCES: preferences,
}


def _answer(services: Services, visit: Visit) -> Page:
    answer = ANSWERS.get(visit.what)
    return answer(services, visit) if answer else INVALID


lambda_handler = page_handler(Env, _answer, BROKEN)
