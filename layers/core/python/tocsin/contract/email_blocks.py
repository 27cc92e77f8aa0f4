"""Visual blocks of an email on the wire. The models describe; `usecases/validate_email.py` checks."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from tocsin.contract.model import Model


class _Open(Model):
    model_config = ConfigDict(extra="allow")


class PaddingIn(_Open):
    """Pixels."""

    padding_top: int | None = None
    padding_right: int | None = None
    padding_bottom: int | None = None
    padding_left: int | None = None


class AlignedIn(PaddingIn):
    horizontal_align: Literal["left", "center", "right"] | None = None


class ButtonRowIn(AlignedIn):
    column_gap: int | None = None


class _BlockIn(_Open):
    id: str | None = None
    version: int | None = None


class DividerBlockIn(_BlockIn):
    type: Literal["divider"]
    layout_attrs: PaddingIn | None = None


class HtmlBlockIn(_BlockIn):
    type: Literal["html"]
    content: str
    layout_attrs: PaddingIn | None = None


class MarkdownBlockIn(_BlockIn):
    """Read before data is filled in: what data says is never taken for markdown."""

    type: Literal["markdown"]
    content: str
    variant: Literal["default"] | None = None
    layout_attrs: PaddingIn | None = None


class ImageStyleIn(_Open):
    width: str | None = Field(default=None, description="Such as `25%` or `200px`")


class ImageBlockIn(_BlockIn):
    type: Literal["image"]
    url: str
    alt: str | None = None
    action: str | None = Field(default=None, description="Where a click on it leads")
    style_attrs: ImageStyleIn | None = None
    layout_attrs: AlignedIn | None = None


class PartialBlockIn(_BlockIn):
    type: Literal["partial"]
    key: str
    name: str | None = None
    attrs: dict[str, Any] | None = Field(default=None, description="What the partial is given")
    layout_attrs: PaddingIn | None = None


class ButtonSizeIn(_Open):
    size: Literal["sm", "md", "lg"] | None = None
    is_fullwidth: bool | None = None


class ButtonStyleIn(_Open):
    """What is not said comes from the branding."""

    background_color: str | None = None
    text_color: str | None = None
    border_color: str | None = None
    border_width: int | None = None
    border_radius: int | None = None


class BlockButtonIn(_Open):
    label: str
    action: str
    variant: Literal["solid", "outline"] | None = None
    size_attrs: ButtonSizeIn | None = None
    style_attrs: ButtonStyleIn | None = None


class ButtonSetBlockIn(_BlockIn):
    type: Literal["button_set"]
    buttons: list[BlockButtonIn]
    layout_attrs: ButtonRowIn | None = None


EmailBlockIn = (
    ButtonSetBlockIn | DividerBlockIn | HtmlBlockIn | ImageBlockIn | MarkdownBlockIn | PartialBlockIn
)
