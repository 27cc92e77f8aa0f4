"""The account's branding on the wire: `vars.branding` of templates. Tocsin's own; Knock has a page for it."""

from collections.abc import Mapping
from typing import Annotated, Any

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model
from tocsin.contract.tenants import BrandingIn
from tocsin.domain.tenants import BRANDING_PROPERTIES


class WrappedBrandingIn(Model):
    branding: Annotated[dict[str, Any], DocumentedAs(BrandingIn)]


class WrappedBrandingOut(Model):
    branding: BrandingIn


def branding_out(branding: Mapping[str, Any]) -> dict[str, Any]:
    return {name: branding.get(name) for name in BRANDING_PROPERTIES}
