"""Faults are read whole in each of their shapes, and nothing is read of hostile ones."""

from __future__ import annotations

import pytest

from counterfoil.connectors.quickbooks import faults
from counterfoil.connectors.quickbooks.faults import MAX_XML_BYTES, Fault

TID = "1-5f732f5f-25dcb83b777d318c396aaf06"
XML = (
    '<IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Note>Hello</Note>'
    '<Fault type="ValidationFault"><Error code="6140" element="DocNumber">'
    "<Message> Duplicate number </Message><Detail>INV-7 is taken</Detail>"
    "</Error></Fault></IntuitResponse>"
)
READ = Fault(
    400,
    "6140",
    "Duplicate number",
    "INV-7 is taken",
    "DocNumber",
    "ValidationFault",
    TID,
)


def read(body: str) -> Fault | None:
    return faults.read(400, body.encode(), correlation_id=TID)


def test_a_fault_in_xml_is_read_whole() -> None:
    assert read(f"\n{XML}") == READ


def test_a_fault_in_json_is_read_whole_in_either_case() -> None:
    error = (
        '{"%s": "Duplicate number", "%s": "INV-7 is taken", "code": "6140",'
        ' "element": "DocNumber"}'
    )
    upper = error % ("Message", "Detail")
    assert read(f' {{"Fault": {{"Error": [{upper}], "type": "ValidationFault"}}}}') == (
        READ
    )
    lower = error % ("message", "detail")
    assert read(f'{{"fault": {{"error": [{lower}], "type": "ValidationFault"}}}}') == (
        READ
    )


def test_a_code_may_stand_in_an_element_or_in_the_words_of_the_gateway() -> None:
    in_element = "<Fault><Error><Code>610</Code></Error></Fault>"
    assert read(in_element) == Fault(400, "610", correlation_id=TID)
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    told = read(f'{{"fault": {{"error": [{{"message": "{message}"}}]}}}}')
    assert told == Fault(400, "3001", message, correlation_id=TID)
    both = f'{{"fault": {{"error": [{{"message": "{message}", "code": "3200"}}]}}}}'
    assert read(both) == Fault(400, "3200", message, correlation_id=TID)


def test_zeros_before_a_code_are_left_out_and_a_code_of_zeros_is_kept() -> None:
    of = '{"Fault": {"Error": [{"code": "%s"}]}}'
    assert read(of % "003200") == Fault(400, "3200", correlation_id=TID)
    assert read(of % "000") == Fault(400, "000", correlation_id=TID)


@pytest.mark.parametrize(
    "body",
    [
        f"<!DOCTYPE x [<!ELEMENT x ANY>]>{XML}",
        f'<!DOCTYPE x [<!ENTITY a "aaaa">]>{XML}',
        f"{XML}<!-- <!ENTITY -->",
        XML + " " * (MAX_XML_BYTES + 1 - len(XML)),
        f"Oops: {XML}",
        '[{"Fault": {"Error": [{"code": "6140"}]}}]',
        '{"Fault": {"Error": {"code": "6140"}}}',
    ],
    ids=["dtd", "entity", "hidden", "huge", "words", "list", "no-list"],
)
def test_what_may_be_hostile_or_is_no_fault_says_nothing(body: str) -> None:
    assert read(body) == Fault(400, correlation_id=TID)


def test_an_answer_that_may_just_be_large_enough_is_read() -> None:
    assert read(XML + " " * (MAX_XML_BYTES - len(XML))) == READ


def test_a_good_answer_holds_no_fault_in_xml_either() -> None:
    assert faults.read(200, b"<IntuitResponse><Invoice/></IntuitResponse>") is None
    assert faults.read(200, b"<IntuitResponse>") is None
    assert faults.read(200, b"<Fault/>") == Fault(200)
