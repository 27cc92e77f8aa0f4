"""A source of random choices for hypothesis that knows nothing but its seed.

Hypothesis' own also picks constants out of whatever modules are loaded at the moment. The same seed would then give
other requests in a run of one part than in a run of all, and what was found there could not be found here.
"""

from typing import Any

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider


class ReproducibleProvider(HypothesisProvider):
    def _maybe_draw_constant(self, *_: Any, **__: Any) -> None:
        return None


BACKEND = "reproducible"
AVAILABLE_PROVIDERS[BACKEND] = f"{__name__}.{ReproducibleProvider.__name__}"
