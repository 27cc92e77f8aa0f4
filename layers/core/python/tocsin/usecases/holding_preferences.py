"""Which preferences hold for each recipient of a page: worked out once for all who have said nothing."""

from typing import Any, NamedTuple

from tocsin.contract.preferences import preference_set_out
from tocsin.domain.preferences import HeldPreferences, PreferenceSet, Settings
from tocsin.domain.recipients import RecipientRef
from tocsin.domain.values import dataclass


class Holding(NamedTuple):
    """The set, and as templates see it."""

    set: PreferenceSet
    shown: dict[str, Any]


@dataclass(frozen=True, slots=True)
class HoldingPreferences:
    """`tenant` is what the trigger's says; `unsaid` holds for those who have said nothing."""

    held: HeldPreferences
    tenant_id: str | None
    tenant: Settings
    unsaid: Holding

    def of(self, ref: RecipientRef) -> Holding:
        if ref not in self.held.own:
            return self.unsaid
        return _shown(self.held.resolved(ref, self.tenant_id, self.tenant))


def holding_preferences(held: HeldPreferences, tenant_id: str | None, tenant: Settings) -> HoldingPreferences:
    return HoldingPreferences(held, tenant_id, tenant, _shown(held.unsaid(tenant_id, tenant)))


def _shown(holding: PreferenceSet) -> Holding:
    return Holding(holding, preference_set_out(holding))
