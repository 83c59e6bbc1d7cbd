"""What Intuit's objects become in our words."""

from __future__ import annotations

import msgspec
import pytest

from counterfoil.connectors.quickbooks import mapping, wire
from counterfoil.connectors.quickbooks.source import _storable
from counterfoil.connectors.quickbooks.streams import streams


def read(body: bytes) -> mapping.Content:
    return mapping.customer(msgspec.json.decode(body, type=wire.Customer))


def test_a_customer_brings_its_default_tax_code() -> None:
    content = read(
        b'{"Id": "5", "DisplayName": "Ada", "DefaultTaxCodeRef": {"value": "2"}}'
    )
    assert content["default_tax_code_id"] == "2"


def test_a_customer_without_a_default_tax_code_has_none() -> None:
    assert read(b'{"Id": "5", "DisplayName": "Ada"}')["default_tax_code_id"] == ""


def test_a_customer_brings_every_field_that_can_be_mapped() -> None:
    content = read(
        b'{"Id": "5", "DisplayName": "Ada Ltd (deleted)", "Active": false, "Title": "Ms",'
        b'"MiddleName": "K", "Suffix": "Jr", "PrintOnCheckName": "Ada", "Job": true,'
        b'"Mobile": {"FreeFormNumber": "1"}, "AlternatePhone": {"FreeFormNumber": "2"},'
        b'"Fax": {"FreeFormNumber": "3"}, "WebAddr": {"URI": "https://a.example"},'
        b'"ShipAddr": {"Line1": "Dock 1", "Line2": "Gate 2", "City": "Kiel"},'
        b'"ResaleNum": "R1", "PaymentMethodRef": {"value": "2"}, "Level": 1,'
        b'"PreferredDeliveryMethod": "Email", "ParentRef": {"value": "4"}}'
    )
    assert content["display_name"] == "Ada Ltd"
    names = ("title", "middle_name", "suffix", "print_name")
    assert [content[name] for name in names] == ["Ms", "K", "Jr", "Ada"]
    names = ("mobile", "alternate_phone", "fax", "website")
    assert [content[name] for name in names] == ["1", "2", "3", "https://a.example"]
    assert content["ship_address"] == {
        "street": "Dock 1\nGate 2",
        "city": "Kiel",
        "region": "",
        "postal_code": "",
        "country": "",
    }
    names = ("resale_number", "payment_method_id", "preferred_delivery", "parent_id")
    assert [content[name] for name in names] == ["R1", "2", "email", "4"]
    names = ("level", "is_job", "active")
    assert [content[name] for name in names] == [1, True, False]


def test_a_balance_that_moves_is_kept_and_is_no_change() -> None:
    def digests(balance: bytes, name: bytes) -> tuple[object, bytes]:
        raw = b'{"Id":"5","DisplayName":"%b","Balance":%b}' % (name, balance)
        seen = streams["customers"].observed(msgspec.Raw(raw))
        return seen.content["balance"], seen.digest

    (before, first), (after, second) = digests(b"10.5", b"A"), digests(b"0", b"A")
    assert (before, after) == ("10.5", "0")
    assert first == second
    assert digests(b"10.5", b"B")[1] != first


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
