"""XML and forms without HTTP: what is written is read again, whatever it holds."""

from __future__ import annotations

import base64
import zlib
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from qbo_simulator.api import xml
from qbo_simulator.api.bodies import unpacked
from qbo_simulator.api.multipart import NotMultipartError, parts_of
from qbo_simulator.api.replies import chosen_encoding
from qbo_simulator.api.xml_reading import NotXmlError, parse
from qbo_simulator.faults import Fault
from qbo_simulator.wire import money

AT = "2026-03-10T10:30:00.000-08:00"
texts = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn"), max_codepoint=0xFFFF),
    min_size=1,
).map(str.strip)
words = texts.filter(bool)
references = st.fixed_dictionaries(
    {"value": st.integers(1, 10**9).map(str)}, optional={"name": words}
)
amounts = st.integers(1, 10**10).map(lambda cents: money(Decimal(cents) / 100))
lines = st.fixed_dictionaries(
    {
        "Id": st.integers(1, 99).map(str),
        "Amount": amounts,
        "DetailType": st.just("SalesItemLineDetail"),
        "SalesItemLineDetail": st.fixed_dictionaries(
            {"ItemRef": references, "Qty": st.integers(1, 1000)}
        ),
    },
    optional={"Description": words},
)
invoices = st.fixed_dictionaries(
    {
        "CustomerRef": references,
        "Line": st.lists(lines, min_size=1, max_size=4),
        "ApplyTaxAfterDiscount": st.booleans(),
        "TotalAmt": amounts,
        "MetaData": st.just({"CreateTime": AT}),
        "Id": st.integers(1, 10**9).map(str),
        "sparse": st.booleans(),
        "domain": st.just("QBO"),
    },
    optional={
        "PrivateNote": words,
        "CustomerMemo": words.map(lambda memo: {"value": memo}),
        "BillEmail": st.just({"Address": "ada@pier.example"}),
    },
)


@given(invoices)
def test_what_is_written_as_xml_is_read_as_it_was(invoice: dict[str, Any]) -> None:
    name, document = parse(xml.answer({"Invoice": invoice}, AT))
    assert name == "IntuitResponse"
    assert document["Invoice"] == invoice


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reading_of_xml(body: bytes) -> None:
    try:
        name, _ = parse(body)
    except NotXmlError:
        return
    assert name


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("Amount", Decimal("100.0"), "100.00"),
        ("Amount", Decimal("87.5"), "87.50"),
        ("Amount", 0, "0"),
        ("UnitPrice", Decimal("22.5"), "22.5"),
        ("UnitPrice", Decimal("0.5306667"), "0.5306667"),
        ("Qty", 3, "3"),
        ("ExchangeRate", Decimal("1.25"), "1.25"),
        ("Active", True, "true"),
    ],
)
def test_amounts_have_two_decimals_and_quantities_are_trimmed(
    name: str, value: Any, written: str
) -> None:
    assert f"<{name}>{written}</{name}>" in xml.answer({name: value}, AT).decode()


def test_the_parts_that_json_shows_as_java_objects_are_elements() -> None:
    part = {
        "name": "{http://schema.intuit.com/finance/v3}NameValue",
        "value": {"Name": "txnId", "Value": "42"},
        "nil": False,
    }
    text = xml.answer({"LineEx": {"any": [part]}}, AT).decode()
    assert (
        "<LineEx><NameValue><Name>txnId</Name><Value>42</Value></NameValue></LineEx>"
        in text
    )


def test_empty_elements_say_that_there_is_nothing() -> None:
    text = (
        b'<Payment xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Line/>'
        b'<LinkedTxn></LinkedTxn><PrivateNote xsi:nil="true"/><PaymentRefNum/>'
        b"<CustomerRef/><CreditCardPayment><CreditChargeInfo/></CreditCardPayment>"
        b"</Payment>"
    )
    _, payment = parse(text)
    assert payment == {
        "Line": [],
        "LinkedTxn": [],
        "PrivateNote": None,
        "PaymentRefNum": "",
        "CustomerRef": {},
        "CreditCardPayment": {"CreditChargeInfo": ""},
    }


parts = st.lists(
    st.tuples(st.sampled_from(["file_content_01", "x"]), st.binary(max_size=300)),
    min_size=1,
    max_size=4,
)


@given(parts, st.sampled_from(["binary", "base64"]))
def test_a_form_is_read_as_it_was_written(
    sent: list[tuple[str, bytes]], packing: str
) -> None:
    boundary = "----7f3e2a5d1b4c9e8f7a6b5c4d3e2f1a0b-and-not-by-chance"
    body = b""
    for name, content in sent:
        told = base64.encodebytes(content) if packing == "base64" else content
        how = f"\r\nContent-Transfer-Encoding: {packing}".encode()
        body += (
            b"--%b\r\nContent-Disposition: form-data; name=%b; filename=%b%b\r\n\r\n%b\r\n"
            % (boundary.encode(), f'"{name}"'.encode(), b'"a \\"b\\".png"', how, told)
        )
    body += b"--%b--\r\n" % boundary.encode()
    found = parts_of(body, f'multipart/form-data; boundary="{boundary}"')
    assert [(part.name, part.content) for part in found] == sent
    assert {part.filename for part in found} == {'a "b".png'}


@given(st.binary(max_size=200))
def test_what_is_no_form_is_refused_and_breaks_nothing(body: bytes) -> None:
    try:
        found = parts_of(b"--x" + body, "multipart/form-data; boundary=x")
    except NotMultipartError:
        return
    assert isinstance(found, list)


@given(st.binary(min_size=1, max_size=500))
def test_bodies_are_unpacked_however_they_were_packed(body: bytes) -> None:
    bare = zlib.compressobj(wbits=-15)
    assert unpacked(zlib.compress(body), "deflate") == body
    assert unpacked(body, "identity") == body
    raw = bare.compress(body) + bare.flush()
    if int.from_bytes(raw[:2], "big") % 31:
        assert unpacked(raw, "deflate") == body


def test_an_unknown_packing_is_not_consumed() -> None:
    with pytest.raises(Fault, match="Cannot consume content type"):
        unpacked(b"x", "br")


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br", "gzip"),
        ("deflate", "deflate"),
        ("gzip;q=1.0,deflate;q=0.6,identity;q=0.3", "gzip"),
        ("gzip;q=0, deflate", "deflate"),
        ("br", ""),
        ("", ""),
    ],
)
def test_the_packing_is_one_that_the_client_reads(accepted: str, chosen: str) -> None:
    assert chosen_encoding(accepted) == chosen
