"""Partials: pieces of template that others render by their key, `{% render 'key', name: value %}`.

A partial sees the inputs that it is given and the environment's `vars`, and nothing else of where it is rendered; what
it assigns, it keeps to itself. It is paid from the same budget as whatever renders it.
"""

from collections.abc import Mapping
from typing import TextIO

from liquid.ast import Node
from liquid.builtin.expressions import KeywordArgument, StringLiteral, parse_primitive
from liquid.context import RenderContext
from liquid.exceptions import LiquidError, LiquidSyntaxError
from liquid.expression import Expression
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_FOR, TOKEN_TAG, TOKEN_WITH, Token
from liquid.undefined import Undefined

from tocsin.domain import json_text
from tocsin.domain.definition_content import is_key
from tocsin.domain.partials import MARKDOWN, PARTS, Field, default_of, is_structured
from tocsin.domain.sources import Partial
from tocsin.rendering import markdown
from tocsin.rendering.limits import MeteredContext
from tocsin.rendering.readable import readable
from tocsin.rendering.values import stringify

MAX_DEPTH = 5
"""Partials within partials."""


class RenderNode(Node):
    """`{% render 'key', name: value %}`"""

    __slots__ = ("inputs", "key")

    def __init__(self, token: Token, key: str, inputs: list[KeywordArgument]) -> None:
        """Render the partial of that key with those inputs."""
        super().__init__(token)
        self.key = key
        self.inputs = inputs
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Look the partial up and write what it prints. Raises LiquidError where there is none."""
        assert isinstance(context, MeteredContext)
        partial = committed(context, self.key, self.token)
        given = {one.name: one.value.evaluate(context) for one in self.inputs}
        return buffer.write(render_partial(context, partial, given, self.token))

    def expressions(self) -> list[Expression]:
        """What the library's analysis looks into."""
        return [one.value for one in self.inputs]


class Render(Tag):
    """Takes a key in quotes, so that what a template needs is known before it is rendered."""

    name = "render"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Raises LiquidSyntaxError."""
        token = stream.eat(TOKEN_TAG)
        tokens = stream.into_inner(tag=token, eat=False)
        key = parse_primitive(self.env, tokens)
        if not isinstance(key, StringLiteral) or not is_key(key.value):
            raise LiquidSyntaxError(
                "render takes the key of a partial in quotes, such as {% render 'footer' %}", token=token
            )
        if tokens.current.kind in (TOKEN_FOR, TOKEN_WITH):
            raise LiquidSyntaxError(
                f"render takes no '{tokens.current.value}'; loop around it, or give it an input", token=token
            )
        return RenderNode(token, key.value, KeywordArgument.parse(self.env, tokens))


class Include(Tag):
    """Standard Liquid's older way, in which everything sees everything."""

    name = "include"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Raises LiquidSyntaxError."""
        raise LiquidSyntaxError(
            "there is no include; use {% render 'key', name: value %}, which gives a partial what it needs",
            token=stream.current,
        )


def committed(context: MeteredContext, key: str, token: Token | None = None) -> Partial:
    """Raises LiquidError when no version of it is committed."""
    partial = context.sources.partial(key)
    if partial is None:
        raise LiquidError(
            f"the partial {key!r} has no commit in this environment; commit or promote it first", token=token
        )
    return partial


def render_partial(
    context: MeteredContext, partial: Partial, given: Mapping[str, object], token: Token | None = None
) -> str:
    """What a partial prints with the inputs it is given. Raises LiquidError where partials are nested too deeply, and
    TemplateError, naming the partial, for whatever goes wrong inside."""
    path = (*context.partials, partial.key)
    if len(path) > MAX_DEPTH:
        raise LiquidError(
            f"partials are nested more than {MAX_DEPTH} levels deep: {' > '.join(path)}", token=token
        )
    try:
        template = context.parse(partial.content)
        inner = context.isolated(template, inputs(partial, given), path)
        buffer = inner.get_buffer()
        template.render_with_context(inner, buffer, partial=True, block_scope=True)
        return buffer.getvalue()
    except Exception as error:
        # As in any template: filters of the library meet arbitrary data.
        raise readable(error, partial.content).inside(partial.key) from error


def inputs(partial: Partial, given: Mapping[str, object]) -> dict[str, object]:
    """What is given, as the partial's schema wants it; where the schema does not name an input, it is a text."""
    fields = {field["key"]: field for field in partial.inputs}
    texts = {name: stringify(value) for name, value in given.items() if name not in fields}
    return texts | {key: _input(field, given.get(key)) for key, field in fields.items()}


def _input(field: Field, value: object) -> object:
    if value is None or isinstance(value, Undefined):
        value = default_of(field)
    if is_structured(field):
        return _structured(field, value)
    return markdown.to_html(stringify(value)) if field["type"] == MARKDOWN else stringify(value)


def _structured(field: Field, value: object) -> object:
    """A list or an object again, where it came as its JSON; an empty text says nothing."""
    if isinstance(value, str):
        try:
            value = json_text.loads(value) if value.strip() else default_of(field)
        except (ValueError, RecursionError):
            return value
    if field["type"] in PARTS and isinstance(value, Mapping):
        return {**default_of(field), **value}
    return value
