"""Tenants on the wire."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from tocsin.contract.documented import DocumentedAs
from tocsin.contract.model import Model
from tocsin.contract.objects import SetObjectIn
from tocsin.contract.paging import PageIn, PageInfoOut
from tocsin.contract.preferences import PreferenceSetOut, PreferenceSetRequest, preference_set_out
from tocsin.domain.clock import to_iso
from tocsin.domain.preferences import DEFAULT, Layers, PreferenceSet, Settings
from tocsin.domain.recipients import Recipient
from tocsin.domain.tenants import PREFERENCE_SET, SETTINGS, preference_set_of


class BrandingIn(Model):
    icon_url: str | None = None
    logo_url: str | None = None
    primary_color: str | None = None
    primary_color_contrast: str | None = None
    dark_icon_url: str | None = None
    dark_logo_url: str | None = None
    dark_primary_color: str | None = None
    dark_primary_color_contrast: str | None = None


class TenantSettingsIn(Model):
    branding: BrandingIn | None = None
    preference_set: PreferenceSetRequest | None = Field(
        default=None,
        description="Merged into the one that is set unless it asks to replace it; null removes it",
    )


class SetTenantIn(SetObjectIn):
    """Any properties and settings; both merge into those that are set. The domain's rules check the settings."""

    settings: Annotated[Any, DocumentedAs(TenantSettingsIn)] = None


class TenantQuery(Model):
    resolve_full_preference_settings: bool = Field(
        default=False, description="Shows the preference set over the environment's defaults"
    )


class TenantsQuery(PageIn):
    tenant_id: str | None = Field(default=None, description="Only the tenant of exactly this id")
    name: str | None = Field(default=None, description="Only tenants of exactly this name")


class TenantSettingsOut(Model):
    model_config = ConfigDict(extra="allow")

    branding: BrandingIn | None = None
    preference_set: PreferenceSetOut | None = None


class TenantOut(Model):
    """A tenant: name, settings and, beside them, every custom property as it was sent."""

    model_config = ConfigDict(extra="allow")

    typename: str = Field(alias="__typename")
    id: str
    name: str | None
    settings: TenantSettingsOut
    created_at: str
    updated_at: str


class TenantsPageOut(Model):
    entries: list[TenantOut]
    page_info: PageInfoOut


def tenant_out(tenant: Recipient, defaults: Settings | None = None) -> dict[str, Any]:
    """The wire form. With `defaults`, the preference set is shown as it lies over them."""
    return {
        "name": None,
        **tenant.properties,
        "__typename": "Tenant",
        "id": tenant.ref.id,
        "settings": _settings_out(tenant, defaults),
        "created_at": to_iso(tenant.created_at),
        "updated_at": to_iso(tenant.updated_at),
    }


def _settings_out(tenant: Recipient, defaults: Settings | None) -> dict[str, Any]:
    stored = tenant.properties.get(SETTINGS)
    settings = stored if isinstance(stored, dict) else {}
    return {"branding": None, **settings, PREFERENCE_SET: _preferences_out(tenant, defaults)}


def _preferences_out(tenant: Recipient, defaults: Settings | None) -> dict[str, Any] | None:
    own = preference_set_of(tenant.properties)
    shown = own if defaults is None else Layers(environment=defaults, tenant=own).merged()
    return preference_set_out(PreferenceSet(DEFAULT, shown)) if shown else None
