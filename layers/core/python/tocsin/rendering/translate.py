"""Translations in templates: `{{ "orders.shipped" | t: count: n }}` and `{% t %}Your order is on its way.{% endt %}`.

What a translation says is Liquid itself: it sees what the template sees, and before that what the filter is given. It
is paid from the template's budget. What no translation says is nil to the filter, so that `| default:` may follow; the
tag then prints what it holds.
"""

from collections.abc import Callable, Mapping
from typing import TextIO

from liquid.ast import BlockNode, Node
from liquid.context import RenderContext
from liquid.exceptions import ContextDepthError, FilterArgumentError, LiquidError, LiquidSyntaxError
from liquid.filter import with_context
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_EOF, TOKEN_EXPRESSION, TOKEN_TAG, Token

from tocsin.domain.translations import SYSTEM, Phrase, plural_forms
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.limits import MAX_OPERATIONS, MeteredContext
from tocsin.rendering.readable import readable
from tocsin.rendering.values import stringify, to_number

MAX_NAMESPACES = 500
"""Namespaces that one message may ask, if it does nothing else: each is a read of the store."""

_END = "endt"
_BLOCK_ENDS = frozenset({_END, TOKEN_EOF})


@with_context
def translate(key: object, /, *, context: RenderContext, **values: object) -> str | None:
    """What the first translation that has the key says with these values; nil where none has it."""
    if not isinstance(context, MeteredContext):
        raise FilterArgumentError("a value cannot be named 'context'", token=None)
    count = to_number(values.get("count"))
    name = stringify(key)
    said = _said(context, Phrase.named(name, () if count is None else plural_forms(count)))
    return None if said is None else _rendered(context, name, said, values)


FILTERS: dict[str, Callable[..., object]] = {"t": translate}


def _said(context: MeteredContext, phrase: Phrase) -> str | None:
    """Asked for the recipient and the tenant of the message, also where a partial cannot see them."""
    context.budget.spend_once(phrase.namespace, MAX_OPERATIONS // MAX_NAMESPACES)
    recipient, tenant = context.origin.get("recipient"), context.origin.get("tenant")
    return context.sources.translation(phrase, _text_in(recipient, "locale"), _text_in(tenant, "id"))


def _text_in(owner: object, name: str) -> str | None:
    value = owner.get(name) if isinstance(owner, Mapping) else None
    return value if isinstance(value, str) else None


def _rendered(context: MeteredContext, name: str, source: str, values: Mapping[str, object]) -> str:
    """Raises TemplateError, naming the translation, also where translations go round in a circle."""
    if "{" not in source:
        return source
    try:
        buffer = context.get_buffer()
        with context.extend(values):
            context.parse(source).render_with_context(context, buffer)
        return buffer.getvalue()
    except ContextDepthError as error:
        message = f"the translation {name!r} leads to itself, or through too many others"
        raise TemplateError(message) from error
    except LiquidError as error:
        found = readable(error, source)
        message = f"in the translation {name!r}: {found.message}"
        raise TemplateError(message, found.line, found.near) from error


class _TranslateNode(Node):
    """`{% t %}…{% endt %}`: `text` is what stands between the tags, and stripped it is the key."""

    __slots__ = ("block", "text")

    def __init__(self, token: Token, text: str, block: BlockNode) -> None:
        """Print what a translation says to the text, or else the block."""
        super().__init__(token)
        self.text = text
        self.block = block
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """The whitespace around the text stays."""
        assert isinstance(context, MeteredContext)
        key = self.text.strip()
        said = _said(context, Phrase(SYSTEM, (key,)))
        if said is None:
            return self.block.render(context, buffer)
        return buffer.write(_rendered(context, key, self.text.replace(key, said, 1), {}))

    def children(self, static_context: RenderContext, *, include_partials: bool = True) -> list[Node]:
        """What the library's analysis looks into."""
        return [self.block]


class Translate(Tag):
    """Takes the text in the default locale, as it is written, for its name in the translations of the system."""

    name = "t"
    end = _END

    def parse(self, stream: TokenStream) -> Node:
        """Raises LiquidSyntaxError."""
        token = stream.eat(TOKEN_TAG)
        if stream.current.kind == TOKEN_EXPRESSION:
            raise LiquidSyntaxError("the tag 't' takes no arguments; the filter 't' does", token=token)
        block = get_parser(self.env).parse_block(stream, _BLOCK_ENDS)
        stream.expect(TOKEN_TAG, value=_END)
        return _TranslateNode(token, _between(token, stream.current), block)


def _between(opening: Token, closing: Token) -> str:
    """The source between two tags, without the whitespace that their dashes take away."""
    source = opening.source
    start = source.find("%}", opening.start_index) + 2
    end = source.rfind("{%", start, closing.start_index)
    if end < 0:
        raise LiquidSyntaxError("the tag 't' cannot be used within 'liquid'", token=opening)
    text = source[start:end]
    text = text.lstrip() if source.startswith("-", start - 3) else text
    return text.rstrip() if source.startswith("-", end + 2) else text
