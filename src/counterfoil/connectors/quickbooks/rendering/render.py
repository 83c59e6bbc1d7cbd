"""One door for all kinds: a document, and the bytes that create it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from counterfoil.connectors.quickbooks.fields import Wire
from counterfoil.connectors.quickbooks.rendering import names
from counterfoil.connectors.quickbooks.rendering.expenses import expense
from counterfoil.connectors.quickbooks.rendering.parts import Document, Setup
from counterfoil.connectors.quickbooks.rendering.payments import payment
from counterfoil.connectors.quickbooks.rendering.sales import FORMS
from counterfoil.posting.ports import Expectation

RENDERERS: Mapping[str, Callable[[Document, str, Setup], tuple[Wire, Expectation]]] = {
    "customer": names.customer,
    "item": names.item,
    **FORMS,
    "payment": payment,
    "expense": expense,
}
_encoder = msgspec.json.Encoder(decimal_format="number")


def render(
    kind: str, document: Document, *, marker: str, setup: Setup
) -> tuple[bytes, Expectation]:
    """The bytes, and what the answer must echo. ``Rejected`` when it cannot be put."""
    body, expected = RENDERERS[kind](document, marker, setup)
    return _encoder.encode(body), expected
