"""Both webhook payloads are read, and a signature is of exactly these bytes."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from counterfoil.connectors.quickbooks import payloads
from counterfoil.sync.ports import Told

LEGACY = (
    b'{"eventNotifications":[{"realmId":"1185883450","dataChangeEvent":{"entities":['
    b'{"name":"Customer","id":"1","operation":"Create",'
    b'"lastUpdated":"2015-10-05T14:42:19-0700"},'
    b'{"name":"Vendor","id":"1","operation":"Merge","lastUpdated":"2015-10-05T14:42:19Z",'
    b'"deletedId":"2"},{"name":"Bill","id":"5","operation":"Create"}]}}]}'
)
CLOUD = (
    b'[{"specversion":"1.0","id":"88cd52aa-33b6-4351-9aa4-47572edbd068",'
    b'"source":"intuit.dsnBgbseACLLRZNxo2dfc4evmEJdxde58xeeYcZliOU=",'
    b'"type":"qbo.invoice.void.v1","time":"2025-09-10T21:31:25.179851517Z",'
    b'"intuitentityid":"1234","intuitaccountid":"310687","data":{}},'
    b'{"type":"qbo.customer.merged.v1","time":"2025-09-10T21:31:25Z",'
    b'"intuitentityid":"5","intuitaccountid":"310688","data":{"deletedid":"27"}},'
    b'{"type":"qbo.starship.created.v1","intuitentityid":"5","intuitaccountid":"1"}]'
)


def signed(body: bytes, token: str) -> str:
    return base64.b64encode(hmac.digest(token.encode(), body, hashlib.sha256)).decode()


def test_the_old_payload_is_read() -> None:
    created, loser, survivor = payloads.read(LEGACY)
    at = datetime(2015, 10, 5, 21, 42, 19, tzinfo=UTC)
    assert created == Told("1185883450", "customers", "1", "create", at)
    assert (loser.stream, loser.remote_id, loser.operation, loser.survivor) == (
        "vendors",
        "2",
        "merge",
        "1",
    )
    assert (survivor.remote_id, survivor.operation) == ("1", "merge")
    assert not survivor.survivor


def test_the_new_payload_is_read_and_may_mix_companies() -> None:
    voided, loser, survivor = payloads.read(CLOUD)
    assert (voided.account, voided.stream, voided.operation) == (
        "310687",
        "invoices",
        "void",
    )
    assert voided.at == datetime(2025, 9, 10, 21, 31, 25, 179851, tzinfo=UTC)
    assert (loser.account, loser.remote_id, loser.operation, loser.survivor) == (
        "310688",
        "27",
        "merge",
        "5",
    )
    assert survivor.remote_id == "5"


@pytest.mark.parametrize(
    ("name", "stream"),
    [
        ("estimate", "estimates"),
        ("creditmemo", "credit_memos"),
        ("salesreceipt", "sales_receipts"),
        ("refundreceipt", "refund_receipts"),
        ("deposit", "deposits"),
        ("class", "classes"),
        ("department", "departments"),
        ("employee", "employees"),
    ],
)
def test_every_kind_that_is_read_is_understood(name: str, stream: str) -> None:
    body = (
        f'[{{"type":"qbo.{name}.updated.v1","time":"2025-09-10T21:31:25Z",'
        '"intuitentityid":"5","intuitaccountid":"310688","data":{}}]'
    )
    assert [told.stream for told in payloads.read(body.encode())] == [stream]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[", b"null", b"[1]", b'{"eventNotifications":[{}]}', b"\xff"]
)
def test_what_is_neither_payload_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        payloads.read(body)


@given(st.binary(max_size=300))
def test_no_bytes_do_worse_than_a_value_error(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        payloads.read(body)


@given(st.binary(max_size=200), st.binary(min_size=1, max_size=4))
def test_only_the_right_signature_of_the_same_bytes_is_genuine(
    body: bytes, more: bytes
) -> None:
    signature = signed(body, "token")
    assert payloads.is_genuine(body, signature, "token")
    assert not payloads.is_genuine(body + more, signature, "token")
    assert not payloads.is_genuine(body, signature, "other")
    assert not payloads.is_genuine(body, signature, "")


@given(st.text(max_size=80))
def test_no_text_passes_for_a_signature(text: str) -> None:
    assert not payloads.is_genuine(b"body", text, "token")


def test_an_old_and_a_new_verifier_are_both_accepted() -> None:
    assert payloads.is_genuine(b"{}", signed(b"{}", "old"), "new, old")


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("2015-10-05T14:42:19-0700", True),
        ("2015-10-05T14:42:19.123Z", True),
        ("2025-09-10T21:31:25.179851517Z", True),
        ("yesterday", False),
        ("2015-10-05T14:42:19", False),
        ("", False),
    ],
)
def test_times_come_in_several_styles(text: str, is_known: bool) -> None:  # noqa: FBT001
    assert (payloads.moment(text) is not None) == is_known


def test_a_hint_for_preferences_is_about_the_company() -> None:
    body = json.dumps(
        [
            {
                "type": "qbo.preferences.updated.v1",
                "intuitentityid": "1",
                "intuitaccountid": "1",
            }
        ]
    ).encode()
    assert payloads.read(body)[0].stream == "facts"
