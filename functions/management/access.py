"""Who may call the management API."""

from tocsin.domain.environments import KeyKind
from tocsin.lambda_kit.access import Access

ACCESS = Access(kinds=frozenset({KeyKind.SERVICE}))
