"""In-app feed messages: blocks that a feed shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from tocsin.domain.messages import feed_content
from tocsin.domain.signed_links import Links
from tocsin.engine.context import Composed, CompositionError, Destination, Reaching
from tocsin.rendering.errors import TemplateError
from tocsin.rendering.in_app import render_in_app
from tocsin.usecases.composing.tracking import tracker


@dataclass(frozen=True, slots=True)
class InAppComposer:
    """The in-app feed reaches users only; a message arrives by being stored."""

    links: Links
    needs_delivery: bool = False

    def destinations(self, reaching: Reaching) -> Sequence[Destination]:
        recipient = reaching.scope["recipient"]
        return [Destination({"id": recipient["id"]})] if recipient.get("__typename") == "User" else []

    def compose(self, reaching: Reaching, destination: Destination) -> Composed:
        try:
            wrap = tracker(self.links, reaching)
            blocks = render_in_app(reaching.template, reaching.scope, reaching.now, reaching.sources, wrap)
        except TemplateError as error:
            raise CompositionError(str(error)) from error
        return Composed(feed_content(blocks), {})
