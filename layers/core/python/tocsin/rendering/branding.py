"""`vars.branding`: the account's, overridden property by property by the email layout, then by the tenant."""

from collections.abc import Mapping

from tocsin.rendering.variables import Variables

_DEFAULTS: dict[str, object] = {
    "logo_url": None,
    "icon_url": None,
    "primary_color": "#000000",
    "primary_color_contrast": "#FFFFFF",
    "dark_primary_color": "#FFFFFF",
    "dark_primary_color_contrast": "#000000",
}


class Branding(dict[str, object]):
    """The resolved properties, as templates see them; it remembers its layers, so that a layout can come between."""

    def __init__(
        self,
        account: Mapping[str, object],
        tenant: Mapping[str, object],
        layout: Mapping[str, object] | None = None,
    ) -> None:
        """Merge the layers; a property that is null or absent in one comes from the one below it."""
        self.account = account
        self.tenant = tenant
        super().__init__(_DEFAULTS)
        for layer in (account, layout or {}, tenant):
            self.update({name: value for name, value in layer.items() if value is not None})
        for name in ("logo_url", "icon_url"):
            self.setdefault(f"dark_{name}", self[name])

    def with_layout(self, layout: Mapping[str, object]) -> "Branding":
        """The same branding with an email layout's overrides between the account's and the tenant's."""
        return Branding(self.account, self.tenant, layout)


def with_layout(scope: Mapping[str, object], overrides: Mapping[str, object]) -> Mapping[str, object]:
    """The scope as templates inside a layout see it: its `branding_overrides` apply. The scope is not changed."""
    variables = scope.get("vars")
    if not overrides or not isinstance(variables, dict | Variables):
        return scope
    branding = variables.get("branding")
    if not isinstance(branding, Branding):
        branding = Branding(branding if isinstance(branding, Mapping) else {}, {})
    return {**scope, "vars": variables | {"branding": branding.with_layout(overrides)}}
