"""All routes of the guides function, and who may call them."""

from functions.guides.router import router
from tocsin.domain.environments import KeyKind
from tocsin.lambda_kit.authentication import Access

__all__ = ["ACCESS", "router"]

ACCESS = Access(kinds=frozenset({KeyKind.SECRET, KeyKind.PUBLIC}))
