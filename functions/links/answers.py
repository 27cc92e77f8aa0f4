"""What people are told when a link leads nowhere."""

from tocsin.lambda_kit.pages import Page
from tocsin.rendering.web_pages import message_page

# The same for whatever is wrong with it: a forged link learns nothing.
INVALID = Page(
    message_page(
        "This link does not work",
        "It may have been cut off on its way. Open it from the message itself, or copy all of it.",
    ),
    status=404,
)
NOBODY = Page(
    message_page("There is nothing to choose any more", "We hold nothing about you and send you nothing."),
    status=404,
)
BROKEN = Page(
    message_page("Something is wrong on our side", "Nothing was changed. Please try again in a minute."),
    status=500,
)
