"""Preferences as they hold for a recipient: its own over its tenant's over the environment's."""

from collections.abc import Mapping

from tocsin.domain.preferences import DEFAULT, Layers, PreferenceSet, Settings, tenant_of
from tocsin.domain.recipients import TENANTS, RecipientRef
from tocsin.domain.tenants import preference_set_of
from tocsin.usecases.set_preferences import PreferencePorts


def view_preferences(
    ports: PreferencePorts, env: str, ref: RecipientRef, set_id: str, tenant: str | None = None
) -> PreferenceSet:
    """One set. It stands on the tenant that is named, else on the one whose id it has; an absent one is empty."""
    own = ports.preferences.get_many(env, ref, {set_id, DEFAULT})
    tenant_id = tenant or tenant_of(set_id)
    tenants = _tenants(ports, env, {tenant_id} if tenant_id else set())
    return _view(set_id, own, _defaults(ports, env), tenants.get(tenant_id or "", {}))


def view_all_preferences(ports: PreferencePorts, env: str, ref: RecipientRef) -> list[PreferenceSet]:
    """Every set that the recipient has, each as it is seen by itself."""
    own = {one.id: one for one in ports.preferences.all(env, ref)}
    tenants = _tenants(ports, env, own.keys() - {DEFAULT})
    defaults = _defaults(ports, env) if own else {}
    return [_view(set_id, own, defaults, tenants.get(set_id, {})) for set_id in own]


def _view(
    set_id: str, own: Mapping[str, PreferenceSet], environment: Settings, tenant: Settings
) -> PreferenceSet:
    settings = {one.id: one.settings for one in own.values()}
    layers = Layers(environment, tenant, settings.get(set_id, {}), settings.get(DEFAULT, {}))
    return PreferenceSet(set_id, layers.merged())


def _defaults(ports: PreferencePorts, env: str) -> Settings:
    found = ports.preferences.defaults(env)
    return found.settings if found else {}


def _tenants(ports: PreferencePorts, env: str, tenant_ids: set[str]) -> dict[str, Settings]:
    if not tenant_ids:
        return {}
    refs = [RecipientRef(TENANTS, tenant_id) for tenant_id in tenant_ids]
    found = ports.recipients.get_many(env, refs)
    return {ref.id: preference_set_of(tenant.properties) for ref, tenant in found.items()}
