"""The router that the modules of this function put their routes on, and who may call them."""

from tocsin.domain.environments import KeyKind
from tocsin.lambda_kit.access import Access
from tocsin.lambda_kit.router import Router

router = Router()
ACCESS = Access(kinds=frozenset({KeyKind.SERVICE}))
