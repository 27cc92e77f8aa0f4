"""The router that the modules of this function put their routes on, and who may call them."""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from tocsin.domain.environments import KeyKind
from tocsin.lambda_kit.access import Access

router = APIGatewayHttpRouter()
ACCESS = Access(kinds=frozenset({KeyKind.SERVICE}))
