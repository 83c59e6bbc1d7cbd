"""Every fault becomes the right kind of error, with a sentence for a bookkeeper."""

from __future__ import annotations

import json

import pytest

from counterfoil.connectors.quickbooks import faults
from counterfoil.connectors.quickbooks.errors import error_for
from counterfoil.connectors.quickbooks.sentences import SENTENCES
from counterfoil.core.errors import (
    CounterfoilError,
    Gone,
    NeedsReconnect,
    Rejected,
    Retryable,
    Stale,
    Unclear,
)

TID = "1-5f732f5f-25dcb83b777d318c396aaf06"


def app_tier(code: str, message: str, detail: str, element: str = "") -> bytes:
    error = {"Message": message, "Detail": detail, "code": code}
    if element:
        error["element"] = element
    fault = {"Error": [error], "type": "ValidationFault"}
    return json.dumps(
        {"Fault": fault, "time": "2020-09-29T05:58:07.300-07:00"}
    ).encode()


# Recorded at the gateway, verbatim but for the token.
EXPIRED = (
    b'{"warnings":null,"intuitObject":null,"fault":{"error":[{"message":'
    b'"message=AuthenticationFailed; errorCode=003200; statusCode=401",'
    b'"detail":"Token expired: AB01","code":"3200","element":null}],'
    b'"type":"AUTHENTICATION"},"report":null,"queryResponse":null,'
    b'"batchItemResponse":[],"requestId":null,"time":1601391072830,"cdcresponse":[]}'
)
FORBIDDEN = (
    b'{"fault":{"error":[{"message":"message=ApplicationAuthorizationFailed;'
    b' errorCode=003100; statusCode=403","detail":null,"code":"3100"}],'
    b'"type":"SERVICE"}}'
)
THROTTLED = (
    b'{"fault":{"error":[{"message":"message=ThrottleExceeded; errorCode=003001;'
    b' statusCode=429","detail":"The request limit was reached.  Try again later",'
    b'"code":"3001"}],"type":"SERVICE"}}'
)
THROTTLED_XML = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<IntuitResponse time="2016-05-10T04:31:30.123-07:00"'
    b' xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE">'
    b'<Error code="3001"><Message>message=ThrottleExceeded; errorCode=003001;'
    b" statusCode=403</Message><Detail>The request limit was reached.</Detail>"
    b"</Error></Fault></IntuitResponse>"
)
NAME_TAKEN = app_tier(
    "6240",
    "Duplicate Name Exists Error",
    "The name supplied already exists. : null",
)
INACTIVE = app_tier(
    "610",
    "Object Not Found",
    "Object Not Found : Something you're trying to use has been made inactive. Check"
    " the fields with accounts, customers, items, vendors or employees.",
)
DELETED = app_tier(
    "610",
    "Object Not Found",
    "Object Not Found : Another user has deleted this transaction.",
)
NUMBER_TAKEN = app_tier(
    "6140",
    "Duplicate Document Number Error",
    "Duplicate Document Number Error : You must specify a different number. This"
    " number has already been used.",
)
STALE = app_tier(
    "5010",
    "Stale Object Error",
    "Stale Object Error : You and Christian Pelczarski were working on this at the"
    " same time. Christian Pelczarski finished before you did, so your work was not"
    " saved.",
)
NO_AMOUNT = app_tier(
    "6000",
    "A business validation error has occurred while processing your request",
    "Business Validation Error: You must set a transaction amount.",
)


def translated(status: int, body: bytes, *, is_write: bool = True) -> CounterfoilError:
    fault = faults.read(status, body, correlation_id=TID)
    assert fault is not None
    return error_for(fault, is_write=is_write)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, EXPIRED, Retryable),
        (403, FORBIDDEN, NeedsReconnect),
        (429, THROTTLED, Retryable),
        (429, THROTTLED_XML, Retryable),
        (403, THROTTLED_XML, Retryable),
        (400, NAME_TAKEN, Rejected),
        (400, INACTIVE, Rejected),
        (400, DELETED, Gone),
        (400, NUMBER_TAKEN, Rejected),
        (400, STALE, Stale),
        (400, NO_AMOUNT, Rejected),
        (200, NAME_TAKEN, Rejected),
        (400, app_tier("600", "Duplicate Request ID", ""), Unclear),
        (500, app_tier("10000", "An application error", "System Failure"), Unclear),
        (400, app_tier("120", "Authorization Failure", ""), NeedsReconnect),
        (403, app_tier("6190", "Invalid Company Status", "ended"), Rejected),
        (503, b"<html><body>Service Unavailable</body></html>", Unclear),
        (502, b"", Unclear),
        (400, b"not a fault at all", Unclear),
        (500, b'{"Fault": "nonsense"}', Unclear),
        (429, b"", Retryable),
        (401, b"", Retryable),
        (403, b"", NeedsReconnect),
        (500, NAME_TAKEN, Unclear),
        (503, NUMBER_TAKEN, Unclear),
        (500, STALE, Unclear),
    ],
)
def test_a_fault_becomes_the_error_that_says_what_to_do(
    status: int, body: bytes, kind: type[CounterfoilError]
) -> None:
    error = translated(status, body)
    assert type(error) is kind
    assert str(error)
    assert error.correlation_id == TID  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_read_that_failed_may_simply_be_repeated(status: int) -> None:
    error = translated(status, b"", is_write=False)
    assert isinstance(error, Retryable)
    assert error.correlation_id == TID


@pytest.mark.parametrize(("status", "body"), [(429, THROTTLED), (401, EXPIRED)])
def test_too_many_calls_and_a_dead_token_rest_for_a_minute(
    status: int, body: bytes
) -> None:
    error = translated(status, body)
    assert isinstance(error, Retryable)
    assert error.after is not None
    assert error.after.total_seconds() == 60


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_every_code_in_the_table_has_a_sentence_and_keeps_the_other_sides_words(
    code: str,
) -> None:
    error = translated(400, app_tier(code, "Title", "Their own words"))
    assert isinstance(error, Rejected)
    assert error.code == code
    assert error.detail == "Their own words"
    assert error.message[0].isupper()
    assert error.message.endswith(".")


@pytest.mark.parametrize(
    ("detail", "field", "words"),
    [
        (
            "Invalid Reference Id : Items element id 9 not found",
            "lines.item",
            "product",
        ),
        (
            "Invalid Reference Id : Customer element id 9 not found",
            "customer",
            "customer",
        ),
        (
            "Invalid Reference Id : Accounts element id 9 not found",
            "account",
            "account",
        ),
        ("Invalid Reference Id : Something else", "", "refers to"),
    ],
)
def test_a_reference_that_is_gone_names_what_it_is(
    detail: str, field: str, words: str
) -> None:
    error = translated(400, app_tier("2500", "Invalid Reference Id", detail))
    assert isinstance(error, Rejected)
    assert error.field == field
    assert words in error.message


def test_a_text_that_is_too_long_says_how_long_it_may_be() -> None:
    error = translated(
        400,
        app_tier(
            "2050",
            "Invalid String Length",
            "Min:0 Max:21 supported. Supplied length:30",
            "DocNumber",
        ),
    )
    assert isinstance(error, Rejected)
    assert "21" in error.message
    assert error.field == "number"


def test_an_unknown_refusal_keeps_quickbooks_own_sentence() -> None:
    words = "Business Validation Error: The moon is in the wrong phase."
    error = translated(400, app_tier("6000", "A business validation error", words))
    assert str(error) == "QuickBooks refused: The moon is in the wrong phase."
    assert str(translated(400, app_tier("9998", "Title: No  cheese\n", ""))) == (
        "QuickBooks refused: No cheese"
    )
    assert str(translated(400, app_tier("9998", "", ""))) == "QuickBooks refused: 9998"
    assert len(str(translated(400, app_tier("9998", "x" * 900, "")))) < 540


@pytest.mark.parametrize(
    ("code", "detail", "element", "field"),
    [
        ("9998", "The DocNumber is odd", "", "number"),
        ("9998", "The DocNumbering is odd", "", ""),
        ("9998", "The DocNumber is odd", "TxnDate", "issued_on"),
        ("9998", "Nothing is known", "", ""),
        ("2170", "ExchangeRate", "", "exchange_rate"),
        ("6310", "TxnDate", "", "customer"),
        ("6430", "", "DepositToAccountRef", "deposit_account"),
        ("6430", "", "", "account"),
        ("2020", "parameter DueDate is required", "", "due_on"),
        ("2020", "something is required", "", ""),
    ],
)
def test_a_refusal_stands_beside_the_field_that_it_mentions(
    code: str, detail: str, element: str, field: str
) -> None:
    error = translated(400, app_tier(code, "Title", detail, element))
    assert isinstance(error, Rejected)
    assert error.field == field


def test_a_refusal_without_details_keeps_its_title() -> None:
    error = translated(400, app_tier("9998", "The title", ""))
    assert isinstance(error, Rejected)
    assert error.detail == "The title"


def test_what_is_inactive_is_not_blamed_on_the_first_thing_that_is_named() -> None:
    error = translated(400, INACTIVE)
    assert isinstance(error, Rejected)
    assert error.field == ""
    assert error.message.startswith("A customer, product or account in it is inactive")


def test_a_value_that_is_missing_is_named_as_well_as_it_can_be() -> None:
    detail = "Required parameter DueDate is missing"
    told = [("Line", detail, "Line"), ("", detail, "DueDate"), ("", "Oh", "Oh")]
    for element, words, name in told:
        error = translated(400, app_tier("2020", "Required", words, element))
        assert str(error) == f"QuickBooks needs a value that is missing: {name}."


def test_a_limit_that_is_not_told_is_not_made_up() -> None:
    error = translated(400, app_tier("2050", "Invalid String Length", "", "DocNumber"))
    assert str(error) == "A text is too long for QuickBooks. Shorten it."
    assert isinstance(error, Rejected)
    assert error.field == "number"


@pytest.mark.parametrize(
    ("words", "field", "told"),
    [
        ("You must set a transaction amount.", "amount", "Enter an amount"),
        (
            "The entity Estimate 75 that you are trying to link does not exist. Estimate 75",
            "applied",
            "no longer exists",
        ),
        (
            "Make sure all your transactions have a VAT rate before you save.",
            "lines.tax_code",
            "tax code",
        ),
        (
            "The amount applied is greater than the amount of the payment.",
            "applied",
            "still open",
        ),
        (
            "The currency of the transaction is invalid for customer / vendor / account.",
            "currency",
            "another currency",
        ),
        (
            "This transaction is linked to others. Unlink them before deleting it.",
            "",
            "linked to it",
        ),
    ],
)
def test_a_rule_of_the_books_is_told_by_what_it_means(
    words: str, field: str, told: str
) -> None:
    detail = f"Business Validation Error: {words}"
    error = translated(400, app_tier("6000", "A business validation error", detail))
    assert isinstance(error, Rejected)
    assert (error.code, error.field) == ("6000", field)
    assert told in error.message
    assert error.detail == detail


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "Subscription period has ended or canceled or there was a billing problem",
            "Mend",
        ),
        ("Your trial period has ended", "trial"),
        ("something else", "has ended or has a billing problem"),
    ],
)
def test_a_company_that_quickbooks_has_shut_says_why(words: str, told: str) -> None:
    error = translated(403, app_tier("6190", "Invalid Company Status", words))
    assert isinstance(error, Rejected)
    assert error.code == "6190"
    assert told in error.message


def test_a_number_that_is_taken_is_named_and_keeps_its_code() -> None:
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This"
        " number has already been used. DocNumber=INV-0007 is assigned to"
        " TxnType=Invoice with TxnId=12"
    )
    error = translated(400, app_tier("6140", "Duplicate Document Number Error", detail))
    assert isinstance(error, Rejected)
    assert (error.code, error.field) == ("6140", "number")
    assert "INV-0007" in error.message


@pytest.mark.parametrize(
    ("detail", "element", "field"),
    [
        ("Accounts element id 9 not found", "DepositToAccountRef", "deposit_account"),
        ("PaymentMethods element id 9 not found", "PaymentMethodRef", "payment_method"),
        ("Names element id 9 not found", "EntityRef", "vendor"),
        ("Class element id 9 not found", "ClassRef", "class"),
        ("Department element id 9 not found", "DepartmentRef", "department"),
    ],
)
def test_a_reference_is_known_by_where_it_stood(
    detail: str, element: str, field: str
) -> None:
    body = app_tier("2500", "Invalid Reference Id", detail, element)
    error = translated(400, body)
    assert isinstance(error, Rejected)
    assert error.field == field


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><IntuitResponse><Fault>&a;</Fault></IntuitResponse>',
        b"<IntuitResponse><Fault",
        b"<html></html>",
        b'{"Fault": {"Error": []}}',
        b'{"Fault": {"Error": [{"code": null}]}}',
        b'{"fault": [1, 2]}',
        b"\xff\xfe",
    ],
)
def test_hostile_or_broken_bodies_are_understood_as_nothing(body: bytes) -> None:
    assert isinstance(translated(400, body), Unclear)


def test_a_good_answer_is_no_fault() -> None:
    assert faults.read(200, b'{"Invoice": {"DocNumber": "Default"}}') is None
