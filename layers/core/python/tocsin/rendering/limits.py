"""What one rendering may cost, so that no template can hang or exhaust a Lambda.

Every node, variable, filter and written piece of text is paid from one budget, in operations: one for the act and
one more per 256 characters or 16 items it handles. Clocks play no part: the same template on the same data always
ends the same way.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, TextIO

from liquid.context import RenderContext
from liquid.exceptions import (
    ContextDepthError,
    LoopIterationLimitError,
    OutputStreamLimitError,
    ResourceLimitError,
    UndefinedError,
)
from liquid.template import BoundTemplate
from liquid.token import Token
from liquid.undefined import UNDEFINED, Undefined
from liquid.utils import ReadOnlyChainMap

from tocsin.domain.sources import Sources
from tocsin.rendering.values import exact
from tocsin.rendering.variables import MadeLater, Variables

if TYPE_CHECKING:
    from io import StringIO as _TextStream
else:
    # Nodes only write to it, and to make a stream of the standard library's takes as long as three of them.
    _TextStream = object

MAX_SOURCE = 256 * 1024
"""Characters of one template source."""
MAX_OUTPUT = 2 * 1024 * 1024
"""Bytes one template may print."""
MAX_LOCALS = 4 * 1024 * 1024
"""Bytes all assigned and captured variables may hold."""
MAX_LOOP_ITERATIONS = 20_000
"""Rounds of all loops of one rendering together; the size of a range, too."""
MAX_OPERATIONS = 250_000
"""The budget of one rendering: about a second of work."""
MAX_NESTING = 30
"""Depth of tags within tags."""
_NO_TAGS: list[str] = []


class Budget:
    """The operations and loop rounds one rendering has left; shared by all parts of a message."""

    def __init__(self) -> None:
        """Start with everything there is."""
        self._operations = MAX_OPERATIONS
        self._rounds = MAX_LOOP_ITERATIONS
        self._known: set[str] = set()

    def spend(self, operations: int) -> None:
        """Raises ResourceLimitError when the budget is used up."""
        self._operations -= operations
        if self._operations < 0:
            raise ResourceLimitError(f"the template needs more than {MAX_OPERATIONS} operations", token=None)

    def spend_once(self, name: str, operations: int) -> None:
        """For what is remembered once it was looked up. Raises ResourceLimitError as well."""
        if name not in self._known:
            self.spend(operations)
            self._known.add(name)

    def loop(self, rounds: int) -> None:
        """Raises LoopIterationLimitError when all loops together would run too often."""
        self._rounds -= rounds
        if self._rounds < 0:
            raise LoopIterationLimitError(
                f"the template's loops run more than {MAX_LOOP_ITERATIONS} times", token=None
            )


def weight(value: object) -> int:
    """Operations it costs to handle a value once."""
    if isinstance(value, str):
        return 1 + (len(value) >> 8)
    if isinstance(value, range):
        if len(value) > MAX_LOOP_ITERATIONS:
            raise LoopIterationLimitError(f"a range has more than {MAX_LOOP_ITERATIONS} items", token=None)
        return 1 + (len(value) >> 4)
    return 1 + (len(value) >> 4) if isinstance(value, (list, tuple, dict)) else 1


class MeteredBuffer(_TextStream):
    """An output that is paid for and cannot grow beyond its limit."""

    __slots__ = ("_budget", "_limit", "_texts", "size")

    def __init__(self, budget: Budget, limit: int) -> None:
        """Write at most `limit` bytes on this budget."""
        self.size = 0
        self._limit = limit
        self._budget = budget
        self._texts: list[str] = []

    def write(self, text: str) -> int:
        """Raises ResourceLimitError and OutputStreamLimitError; otherwise as any text stream."""
        length = len(text)
        self._budget.spend(1 + (length >> 8))
        self.size += length if text.isascii() else len(text.encode())
        if self.size > self._limit:
            raise OutputStreamLimitError("output stream limit reached", token=None)
        self._texts.append(text)
        return length

    def getvalue(self) -> str:
        """All that was written, its lines ended alike, as any text stream ends them."""
        text = "".join(self._texts)
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


class _Names(ReadOnlyChainMap):
    """Looks before it takes: a name of the scope lies below three maps that do not have it, and to be told so by an
    error takes ten times as long."""

    def __getitem__(self, key: str) -> object:
        """Raises KeyError."""
        for names in self._maps:
            if key in names:
                return names[key]
        raise KeyError(key)


_BY_NAME = frozenset((dict, _Names, Variables, MadeLater))


class MeteredContext(RenderContext):
    """A render context that pays for what it does, knows the time it renders at, and has no clock of its own."""

    __slots__ = ("budget", "now", "origin", "parse", "partials", "sources", "strict")

    def __init__(
        self,
        template: BoundTemplate,
        scope: Mapping[str, object],
        now: datetime,
        budget: Budget,
        sources: Sources,
        parse: Callable[[str], BoundTemplate],
        partials: tuple[str, ...] = (),
        origin: Mapping[str, object] | None = None,
        strict: bool = False,
    ) -> None:
        """Render over `scope`, as of `now`; what is not in the scope may be looked up in `sources`.

        `parse` reads other templates on the way, `partials` are the keys of those this one is within, and `origin` is
        the scope of the template that they are rendered by.
        """
        self.budget = budget
        self.now = now
        self.sources = sources
        self.strict = strict
        self.parse = parse
        self.partials = partials
        self.origin = scope if origin is None else origin
        super().__init__(template, globals=scope)
        # Without the library's `now` and `today`, which read the wall clock.
        self.scope = _Names(self.locals, self.globals, self.counters)

    def isolated(
        self, template: BoundTemplate, inputs: Mapping[str, object], partials: tuple[str, ...]
    ) -> "MeteredContext":
        """A context for a partial: it sees `vars` and its inputs, pays from this budget and keeps its variables."""
        scope = {"vars": self.globals.get("vars"), **inputs}
        return MeteredContext(
            template,
            scope,
            self.now,
            self.budget,
            self.sources,
            parse=self.parse,
            partials=partials,
            origin=self.origin,
        )

    @property
    def disabled_tags(self) -> list[str]:
        """No tags are disabled; every node asks before it renders, which makes this the place to count nodes."""
        self.budget.spend(1)
        return _NO_TAGS

    @disabled_tags.setter
    def disabled_tags(self, _tags: list[str]) -> None:
        """The base class sets its default once."""

    def get(self, path: list[object], *, token: Token | None, default: object = UNDEFINED) -> object:
        """A variable's value, with exact numbers. Where names alone lead to it, as nearly always, the library is not
        asked; it knows of first and last ones, of sizes, and what to say where there is nothing."""
        value: object = self.scope
        try:
            for name in path:
                if type(name) is not str or type(value) not in _BY_NAME:
                    raise KeyError(name)
                value = value[name]  # type: ignore[index]
        except LookupError:
            value = super().get(path, token=token, default=default)
        if type(value) is str:
            self.budget.spend(1 + (len(value) >> 8))
            return value
        self.budget.spend(weight(value))
        return exact(value) if isinstance(value, (float, Decimal)) else value

    def filter(self, name: str, token: Token | None) -> Callable[..., object]:
        """The named filter, paid by what it takes and gives. Raises UnknownFilterError."""
        function = super().filter(name, token)
        if self.strict and name != "default":
            function = partial(_of_something, function)
        return partial(_paid, self.budget, function)

    def printed(self, value: object) -> object:
        """A value that is about to be printed. Raises UndefinedError for one that does not exist, if that matters."""
        return _present(value) if self.strict else value

    def assign(self, key: str, val: Any) -> None:
        """Set a variable; the limit on all of them is checked by adding them up, which is paid for as well."""
        self.budget.spend(1 + (len(self.locals) >> 4))
        super().assign(key, val)

    def extend(  # type: ignore[override]
        self, namespace: Mapping[str, object], template: BoundTemplate | None = None
    ) -> AbstractContextManager[RenderContext]:
        """Names that hide others for a while. Raises ContextDepthError."""
        if self.scope.size() > self.env.context_depth_limit:
            raise ContextDepthError("maximum context depth reached, possible recursive include", token=None)
        return _Extended(self, namespace, template or self.template)

    def loop(self, namespace: Mapping[str, object], forloop: Any) -> AbstractContextManager[RenderContext]:  # type: ignore[override]
        """Enter a loop of known length."""
        self.budget.loop(forloop.length)
        return super().loop(namespace, forloop)

    def get_buffer(self, buf: TextIO | None = None) -> MeteredBuffer:
        """A buffer with what is left of the enclosing one's limit."""
        return MeteredBuffer(self.budget, MAX_OUTPUT - (buf.size if isinstance(buf, MeteredBuffer) else 0))


class _Extended(AbstractContextManager[RenderContext]):
    """What the library makes of a generator, at three times the price: each template is one, and a loop's rounds."""

    def __init__(
        self, context: MeteredContext, namespace: Mapping[str, object], template: BoundTemplate
    ) -> None:
        self._context = context
        self._before = context.template
        context.template = template
        context.scope.push(namespace)

    def __enter__(self) -> RenderContext:
        return self._context

    def __exit__(self, *_: object) -> None:
        self._context.template = self._before
        self._context.scope.pop()


def _present(value: object) -> object:
    """Raises UndefinedError."""
    if isinstance(value, Undefined):
        raise UndefinedError(value.hint or f"{value.name!r} is undefined", token=value.token)
    return value


def _of_something(function: Callable[..., object], left: object, /, *args: object, **named: object) -> object:
    return function(_present(left), *args, **named)


def _paid(
    budget: Budget, function: Callable[..., object], left: object, /, *args: object, **named: object
) -> object:
    budget.spend(sum(map(weight, (left, *args, *named.values()))))
    result = function(exact(left), *map(exact, args), **{name: exact(value) for name, value in named.items()})
    budget.spend(weight(result))
    return result
