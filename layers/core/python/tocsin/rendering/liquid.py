"""Liquid, as templates of this engine use it: one environment, a cache of parsed templates, and limits.

Nothing is escaped automatically, in HTML no more than in text: as with Knock, the author of an HTML template writes
`{{ name | escape }}`. Undefined variables print nothing. `render` takes committed partials; `include` is refused.
The library's messages and tokens stay inside this module; what leaves it is `TemplateError`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import TextIO

import liquid
from liquid.builtin.content import ContentNode, Literal
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.echo_tag import EchoTag
from liquid.context import RenderContext
from liquid.exceptions import LiquidError
from liquid.expression import Expression
from liquid.template import BoundTemplate
from liquid.token import Token

from tocsin.domain.sources import NOTHING, Sources
from tocsin.rendering import (
    filter_dates,
    filter_locale,
    filter_lookups,
    filter_numbers,
    filter_text,
    limits,
    translate,
)
from tocsin.rendering.errors import TemplateError, locate
from tocsin.rendering.lexer import tokenize
from tocsin.rendering.partials import Include, Render, RenderNode, committed, render_partial
from tocsin.rendering.readable import readable
from tocsin.rendering.translate import Translate
from tocsin.rendering.values import stringify

CACHED_TEMPLATES = 256


class _PrintNode(OutputNode):
    """`{{ … }}`, printing values the way JSON's authors expect instead of the way Python does."""

    __slots__ = ("_names", "_token")

    def __init__(self, token: Token, expression: Expression) -> None:
        """Know the names of a plain variable beforehand."""
        super().__init__(token, expression)
        variable = _plain_variable(expression)
        self._names: list[object] = [*variable.path] if variable is not None else []
        self._token = variable.token if variable is not None else token

    def render(self, context: RenderContext, buffer: TextIO) -> int:
        """Paid like any node (`disabled_tags` of the context)."""
        assert isinstance(context, limits.MeteredContext)
        context.budget.spend(1)
        return self.render_to_output(context, buffer)

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        assert isinstance(context, limits.MeteredContext)
        names = self._names
        value = context.get(names, token=self._token) if names else self.expression.evaluate(context)
        if type(value) is str:
            return buffer.write(value)
        return buffer.write(stringify(context.printed(value) if context.strict else value))


def _plain_variable(expression: Expression) -> Path | None:
    """One of names alone that no filter changes; not `items[index]`."""
    if not isinstance(expression, FilteredExpression) or expression.filters:
        return None
    left = expression.left
    return left if isinstance(left, Path) and all(isinstance(name, str) for name in left.path) else None


class _TextNode(ContentNode):
    """What stands between tags, paid like any node as well."""

    __slots__ = ()

    def render(self, context: RenderContext, buffer: TextIO) -> int:
        assert isinstance(context, limits.MeteredContext)
        context.budget.spend(1)
        return buffer.write(self.text)


class _Text(Literal):
    node_class = _TextNode


class _Print(Output):
    node_class = _PrintNode


class _Echo(EchoTag):
    node_class = _PrintNode  # type: ignore[assignment]


class _Environment(liquid.Environment):
    """python-liquid with our lexer, tags, filters and limits; it has no loader, so no template reaches a file."""

    block_nesting_limit = limits.MAX_NESTING
    context_depth_limit = limits.MAX_NESTING
    local_namespace_limit = limits.MAX_LOCALS
    output_stream_limit = limits.MAX_OUTPUT

    def tokenizer(self) -> Callable[[str], Iterator[Token]]:
        return tokenize

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        for tag in (_Text, _Print, _Echo, Render, Include, Translate):
            self.add_tag(tag)
        for name in filter_text.TAKES_TEXT:
            self.filters[name] = filter_text.as_text(_plain(self.filters[name], self))
        for name in filter_text.DECODES:
            self.filters[name] = filter_text.base64_safe(self.filters[name])
        for module in (filter_dates, filter_locale, filter_lookups, filter_numbers, filter_text, translate):
            self.filters.update(module.FILTERS)


def _plain(function: Callable[..., object], environment: liquid.Environment) -> Callable[..., object]:
    """A filter with its environment bound, where it asks for one."""
    if not getattr(function, "with_environment", False):
        return function
    return lambda *args: function(*args, environment=environment)


_ENVIRONMENT = _Environment()
_EMPTY = _ENVIRONMENT.from_string("")


class Rendering:
    """One message under way: several templates over one scope, sharing variables, a clock and a budget.

    What a template assigns, the next one sees. `now` is what "now" means to a template; it must be timezone-aware.
    """

    def __init__(
        self,
        scope: Mapping[str, object],
        now: datetime,
        sources: Sources = NOTHING,
        budget: limits.Budget | None = None,
        variables: Mapping[str, object] | None = None,
        *,
        strict: bool = False,
    ) -> None:
        """Start with the whole budget and nothing assigned, or with what another rendering has left and assigned."""
        self._context = limits.MeteredContext(
            _EMPTY, scope, now, budget or limits.Budget(), sources, parse=_parse, strict=strict
        )
        if variables:
            self._context.locals.update(variables)

    def fork(self) -> "Rendering":
        """A rendering that knows the same variables, but keeps what it assigns to itself. The budget is shared."""
        context = self._context
        return Rendering(context.globals, context.now, context.sources, context.budget, context.locals)

    def render(self, source: str, extra: Mapping[str, object] | None = None) -> str:
        """Render a source; `extra` hides the scope's names while it runs. Raises TemplateError and nothing else."""
        template = _parse(source)
        try:
            buffer = self._context.get_buffer()
            if extra:
                with self._context.extend(extra):
                    template.render_with_context(self._context, buffer)
            else:
                template.render_with_context(self._context, buffer)
            return buffer.getvalue()
        except TemplateError:
            raise
        except Exception as error:
            # Filters of the library meet arbitrary data; whatever they trip over is a fault of this template.
            raise readable(error, source) from error

    def value(self, source: str) -> object:
        """What a single `{{ … }}` stands for, before it is printed; the text of any other source."""
        nodes = _parse(source.strip()).nodes
        if len(nodes) != 1 or not isinstance(nodes[0], _PrintNode):
            return self.render(source)
        try:
            return nodes[0].expression.evaluate(self._context)
        except Exception as error:
            raise readable(error, source.strip()) from error

    def render_partial(self, key: str, attributes: Mapping[str, object]) -> str:
        """A committed partial with inputs as a visual block gives them: each text in them is Liquid, and a single
        `{{ … }}` hands over its value. Raises TemplateError and nothing else."""
        given = {name: self._filled(value) for name, value in attributes.items()}
        try:
            return render_partial(self._context, committed(self._context, key), given)
        except LiquidError as error:
            raise readable(error, "") from error

    def _filled(self, value: object) -> object:
        if isinstance(value, Mapping):
            return {name: self._filled(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [self._filled(inner) for inner in value]
        return self.value(value) if isinstance(value, str) else value


def render(
    source: str,
    scope: Mapping[str, object],
    now: datetime,
    sources: Sources = NOTHING,
    *,
    strict: bool = False,
) -> str:
    """Render one template. Raises TemplateError for bad syntax, a failing filter or an exceeded limit; if `strict`,
    also where a variable is used that does not exist, unless the `default` filter takes it."""
    return Rendering(scope, now, sources, strict=strict).render(source)


def check(source: str) -> list[str]:
    """The problems a template has before it sees any data: syntax and unknown filters. Empty if there are none."""
    try:
        filters = _parse(source).analyze(include_partials=False).filters
    except TemplateError as error:
        return [str(error)]
    except (LiquidError, RecursionError) as error:
        return [str(readable(error, source))]
    return [
        str(TemplateError(f"unknown filter '{name}'", *locate(source, spans[0].index)))
        for name, spans in sorted(filters.items())
        if name not in _ENVIRONMENT.filters
    ]


def partials_in(source: str) -> frozenset[str]:
    """The keys of the partials that a template renders itself. Raises TemplateError."""
    template = _parse(source)
    context, found = RenderContext(template), set()
    pending = [*template.nodes]
    while pending:
        node = pending.pop()
        pending += node.children(context, include_partials=False)
        if isinstance(node, RenderNode):
            found.add(node.key)
    return frozenset(found)


def _parse(source: str) -> BoundTemplate:
    if len(source) > limits.MAX_SOURCE:
        raise TemplateError(f"a template may be at most {limits.MAX_SOURCE} characters long")
    try:
        return _parse_cached(source)
    except Exception as error:
        raise readable(error, source) from error


@lru_cache(maxsize=CACHED_TEMPLATES)
def _parse_cached(source: str) -> BoundTemplate:
    return _ENVIRONMENT.from_string(source)
