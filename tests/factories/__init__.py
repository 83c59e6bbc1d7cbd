"""Make what tests stand on: ``from factories import make_workspace, make_contact``.

Ada owns, Bo is a member, Cy is a stranger. Records come through the one door, as in life.
"""

from __future__ import annotations

from factories.people import (
    NOW,
    PASSWORD,
    make_access,
    make_connection,
    make_user,
    make_workspace,
)
from factories.records import (
    make_company,
    make_contact,
    make_deal,
    make_invoice,
    make_payment,
    make_pipeline,
    make_product,
    make_quote,
    make_record,
)

__all__ = [
    "NOW",
    "PASSWORD",
    "make_access",
    "make_company",
    "make_connection",
    "make_contact",
    "make_deal",
    "make_invoice",
    "make_payment",
    "make_pipeline",
    "make_product",
    "make_quote",
    "make_record",
    "make_user",
    "make_workspace",
]
