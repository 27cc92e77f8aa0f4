"""Values the rendering tests share."""

from datetime import UTC, datetime

from tocsin.rendering.scope import build_scope, shown_variables

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

SCOPE = build_scope(
    recipient={"id": "u1", "__typename": "User", "name": "Ada <b>", "email": "ada@example.com"},
    data={"no": "A-17", "page": "Home"},
    workflow={"key": "invoice"},
    timestamp="2026-03-10T11:59:58Z",
    variables=shown_variables({"app_name": "Acme", "branding": {"primary_color": "#4F46E5"}}),
)
