"""What Intuit's objects become in our words."""

from __future__ import annotations

import msgspec

from counterfoil.connectors.quickbooks import mapping, wire


def read(body: bytes) -> mapping.Content:
    return mapping.customer(msgspec.json.decode(body, type=wire.Customer))


def test_a_customer_brings_its_default_tax_code() -> None:
    content = read(
        b'{"Id": "5", "DisplayName": "Ada", "DefaultTaxCodeRef": {"value": "2"}}'
    )
    assert content["default_tax_code_id"] == "2"


def test_a_customer_without_a_default_tax_code_has_none() -> None:
    assert read(b'{"Id": "5", "DisplayName": "Ada"}')["default_tax_code_id"] == ""
