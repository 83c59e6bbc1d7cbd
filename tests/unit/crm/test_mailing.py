"""Whether a document was e-mailed, in words of people."""

from __future__ import annotations

import pytest

from counterfoil.core.errors import Invalid
from counterfoil.crm.catalogue import object_types
from counterfoil.crm.property_types.mailing import Mailing

MAILED = ("invoice", "estimate", "sales_receipt", "credit_memo", "refund_receipt")


@pytest.mark.parametrize(
    ("spelled", "shown"),
    [
        ("NotSet", "Not sent"),
        ("NeedToSend", "Marked to be sent"),
        ("EmailSent", "Sent"),
        ("ReadByRobot", "ReadByRobot"),
        (None, ""),
    ],
)
def test_what_quickbooks_spells_is_shown_in_plain_words(spelled, shown) -> None:
    assert Mailing().display(spelled) == shown


def test_a_word_that_nobody_knows_yet_keeps_no_document_out() -> None:
    assert Mailing().parse(" ReadByRobot ") == "ReadByRobot"
    assert Mailing().parse("x" * 50) == "x" * 20
    assert Mailing().parse("") is None
    with pytest.raises(Invalid):
        Mailing().parse(7)


@pytest.mark.parametrize("noun", MAILED)
def test_every_document_that_is_e_mailed_says_it_alike(noun) -> None:
    [found] = [
        each for each in object_types[noun].properties if each.name == "email_status"
    ]
    assert isinstance(found.type, Mailing)
    assert ("EmailSent", "Sent") in found.type.options()
