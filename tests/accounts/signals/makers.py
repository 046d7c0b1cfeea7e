"""Signals as other systems send them."""

from typing import Any


def visit(external_id: str, **fields: Any) -> dict[str, Any]:
    made = {"kind": "site_visit", "occurred_at": "2026-03-02T09:30:00Z", "source": "web", "external_id": external_id}
    return made | fields
