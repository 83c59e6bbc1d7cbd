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
    assert len(payloads.read(b"\n " + CLOUD)) == 3


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
    for verifier in ("new, old", "old,new", "old\nnew"):
        for token in ("old", "new"):
            assert payloads.is_genuine(b"{}", signed(b"{}", token), verifier)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2015-10-05T14:42:19-0700", datetime(2015, 10, 5, 21, 42, 19, tzinfo=UTC)),
        ("2015-10-05T14:42:19+05:30", datetime(2015, 10, 5, 9, 12, 19, tzinfo=UTC)),
        (
            " 2015-10-05T14:42:19.123Z ",
            datetime(2015, 10, 5, 14, 42, 19, 123_000, tzinfo=UTC),
        ),
        (
            "2025-09-10T21:31:25.179851517Z",
            datetime(2025, 9, 10, 21, 31, 25, 179_851, tzinfo=UTC),
        ),
        (
            "2025-09-10T21:31:25.179851517-0700",
            datetime(2025, 9, 11, 4, 31, 25, 179_851, tzinfo=UTC),
        ),
        ("yesterday", None),
        ("2015-10-05T14:42:19", None),
        ("", None),
    ],
)
def test_times_come_in_several_styles(text: str, moment: datetime | None) -> None:
    assert payloads.moment(text) == moment


def told(**changes: str) -> list[Told]:
    event = {
        "type": "qbo.invoice.created.v1",
        "intuitentityid": "5",
        "intuitaccountid": "310688",
        **changes,
    }
    return list(payloads.read(json.dumps([event]).encode()))


@pytest.mark.parametrize(
    "changes",
    [
        {"intuitentityid": ""},
        {"intuitentityid": "5' or '1'='1"},
        {"intuitentityid": "\N{ARABIC-INDIC DIGIT FIVE}"},
        {"intuitentityid": "5" * 65},
        {"intuitaccountid": ""},
        {"intuitaccountid": "../1"},
        {"type": "qbo.invoice.exploded.v1"},
        {"type": "qbo.bill.created.v1"},
        {"type": "xero.invoice.created.v1"},
        {"type": "qbo.invoice.created"},
    ],
)
def test_what_names_nothing_that_is_read_says_nothing(changes: dict[str, str]) -> None:
    assert told(**changes) == []


def test_the_longest_id_is_an_id_and_a_time_need_not_be_told() -> None:
    assert told(intuitentityid="5" * 64) == [
        Told("310688", "invoices", "5" * 64, "create", None)
    ]


@pytest.mark.parametrize(
    ("word", "operation"),
    [
        ("create", "create"),
        ("updated", "update"),
        ("Deleted", "delete"),
        ("voided", "void"),
        ("merge", "merge"),
        ("emailed", "emailed"),
    ],
)
def test_an_operation_is_known_in_either_form(word: str, operation: str) -> None:
    change = {"name": "INVOICE", "id": "5", "operation": word}
    entities = {"entities": [change]}
    body = {"eventNotifications": [{"realmId": "310688", "dataChangeEvent": entities}]}
    (found,) = payloads.read(b" \n" + json.dumps(body).encode())
    assert (found.account, found.stream, found.operation) == (
        "310688",
        "invoices",
        operation,
    )


def test_a_signature_with_anything_around_it_is_none() -> None:
    signature = signed(b"{}", "token")
    assert payloads.is_genuine(b"{}", signature, "token")
    for other in (
        f"{signature}!",
        f"{signature[:4]}-{signature[4:]}",
        f"\n{signature}",
    ):
        assert payloads.is_genuine(b"{}", other, "token") is False


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
