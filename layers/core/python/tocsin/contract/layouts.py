"""Email layouts on the wire. The models describe; `usecases/validate_layout.py` checks."""

from typing import Annotated, Any

from pydantic import ConfigDict

from tocsin.contract.definitions import definition_out
from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model
from tocsin.contract.paging import PageInfoOut
from tocsin.domain.definition_views import Shown

Json = dict[str, Any]


class FooterLink(Model):
    text: str
    url: str


class LayoutIn(Model):
    """An email layout. Both layouts are Liquid and print `{{ content }}` where the email's body goes."""

    model_config = ConfigDict(extra="allow")

    name: str
    html_layout: str
    text_layout: str
    footer_links: list[FooterLink] | None = None
    branding_overrides: dict[str, str | None] | None = None


class LayoutOut(Model):
    model_config = ConfigDict(extra="allow")

    key: str
    name: str
    html_layout: str
    text_layout: str
    footer_links: list[FooterLink]
    branding_overrides: dict[str, str | None] | None = None
    is_mjml: bool
    environment: str
    sha: str
    created_at: str
    updated_at: str


class WrappedLayoutIn(Model):
    email_layout: Annotated[Json, DocumentedAs(LayoutIn)]


class WrappedLayoutOut(Model):
    email_layout: LayoutOut


class LayoutsPageOut(Model):
    entries: list[LayoutOut]
    page_info: PageInfoOut


def layout_out(env: str, shown: Shown) -> Json:
    return definition_out(env, shown.draft)
