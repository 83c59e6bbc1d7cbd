"""What Intuit's objects become in our words."""

from __future__ import annotations

import msgspec
import pytest

from counterfoil.connectors.quickbooks import mapping, wire
from counterfoil.connectors.quickbooks.source import _storable


def read(body: bytes) -> mapping.Content:
    return mapping.customer(msgspec.json.decode(body, type=wire.Customer))


def test_a_customer_brings_its_default_tax_code() -> None:
    content = read(
        b'{"Id": "5", "DisplayName": "Ada", "DefaultTaxCodeRef": {"value": "2"}}'
    )
    assert content["default_tax_code_id"] == "2"


def test_a_customer_without_a_default_tax_code_has_none() -> None:
    assert read(b'{"Id": "5", "DisplayName": "Ada"}')["default_tax_code_id"] == ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb"A\u0000B", "AB"),
        (rb"A\u0000\u0000", "A"),
        (rb"A\\u0000B", "A\\u0000B"),
        (rb"A\\\u0000B", "A\\B"),
    ],
)
def test_only_the_character_that_no_column_keeps_is_taken_out(
    sent: bytes, kept: str
) -> None:
    raw = _storable(msgspec.Raw(b'"' + sent + b'"'))
    assert msgspec.json.decode(raw) == kept
