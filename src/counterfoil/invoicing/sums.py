"""The statements that compute figures of deals and customers from their documents.

Each looks at many records at once and gives those whose figures differ from what they
hold, with what they should hold.

They must be quick while an import goes on, too, when the database knows nothing of its
tables yet: so each row is looked up by its key, which ``workspace_id + 0`` sees to, for
it keeps the index on the workspace out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from counterfoil.workspaces.models import Workspace

# A document counts while the books have it, as far as is known.
_IN_BOOKS = """NOT doc.deleted_remotely AND doc.archived_at IS NULL
   AND (doc.posting_state NOT IN ('pending', 'rejected', 'cancelled', 'attention')
        OR doc.posting_state = 'attention' AND doc.remote_updated_at IS NOT NULL)
   AND doc.workspace_id + 0 = %(workspace)s AND doc.currency = %(currency)s"""

_TIES = """asked AS (SELECT unnest(%(ids)s::bigint[]) AS id), tie AS (
    SELECT DISTINCT asked.id, held.to_type, held.to_id FROM asked, LATERAL (
        SELECT to_type, to_id FROM crm_association
         WHERE workspace_id = %(workspace)s AND from_type = %(object_type)s
           AND from_id = asked.id OFFSET 0
    ) AS held
)"""


def _of(table: str, noun: str, columns: str) -> str:
    return f"""
    SELECT tie.id, {columns} FROM tie
      JOIN {table} AS doc ON doc.id = tie.to_id
     WHERE tie.to_type = '{noun}' AND {_IN_BOOKS}"""  # noqa: S608  constants


DEAL_FIGURES = (
    "invoiced_amount",
    "invoice_recipient",
    "invoice_number",
    "invoice_status",
    "invoice_due_on",
)
# The invoice most recently updated in QuickBooks wins. The amount is left out when the
# deal is kept in another currency, since the deal shows its amounts in its own.
_DEALS = f"""
WITH {_TIES}, winner AS (
    SELECT DISTINCT ON (found.id) found.* FROM ({
    _of(
        "crm_invoice",
        "invoice",
        "doc.remote_updated_at, doc.id AS invoice_id, doc.total, doc.recipient,"
        " doc.customer_name, doc.number, doc.stage, doc.due_on, doc.currency",
    )
}) AS found
     ORDER BY found.id, found.remote_updated_at DESC NULLS LAST, found.invoice_id DESC
), figure AS (
    SELECT deal.id,
           CASE WHEN deal.currency = winner.currency THEN winner.total END,
           COALESCE(NULLIF(winner.recipient, ''), left(winner.customer_name, 500), ''),
           COALESCE(winner.number, ''), COALESCE(winner.stage, ''), winner.due_on
      FROM asked JOIN crm_deal AS deal ON deal.id = asked.id
      LEFT JOIN winner ON winner.id = deal.id
     WHERE deal.workspace_id + 0 = %(workspace)s
), named (id, {", ".join(DEAL_FIGURES)}) AS (SELECT * FROM figure)
SELECT named.* FROM named JOIN crm_deal AS held ON held.id = named.id
 WHERE ({", ".join(f"named.{name}" for name in DEAL_FIGURES)})
       IS DISTINCT FROM ({", ".join(f"held.{name}" for name in DEAL_FIGURES)})
 ORDER BY named.id
"""  # noqa: S608  constants

CUSTOMER_FIGURES = (
    "invoiced_total",
    "open_balance",
    "overdue_balance",
    "paid_total",
    "last_invoice_on",
    "last_paid_on",
)


def _entry(table: str, noun: str, *, opened: str, paid: str, paid_on: str) -> str:
    """What one kind of document adds to the figures."""
    columns = f"0::numeric, {opened}, 0::numeric, {paid}, NULL::date, {paid_on}::date"
    return _of(table, noun, columns)


# A payment that was recorded here counts as the document that is made of it.
_OF_BOOKS = " AND (doc.connection_id IS NOT NULL OR doc.source = 'books')"
# What is open is what the books show as the customer's balance: invoices less credits
# and money that is not applied yet.
_ENTRIES = " UNION ALL ".join(
    (
        _of(
            "crm_invoice",
            "invoice",
            "doc.total, doc.balance,"
            " CASE WHEN doc.stage = 'overdue' THEN doc.balance ELSE 0 END, 0::numeric,"
            " CASE WHEN NOT doc.voided THEN doc.issued_on END, NULL::date",
        ),
        _entry(
            "crm_payment",
            "payment",
            opened="-doc.unapplied",
            paid="doc.amount",
            paid_on="CASE WHEN doc.amount > 0 THEN doc.paid_on END",
        )
        + _OF_BOOKS,
        _entry(
            "crm_creditmemo",
            "credit_memo",
            opened="-doc.remaining",
            paid="0",
            paid_on="NULL",
        ),
        _entry(
            "crm_salesreceipt",
            "sales_receipt",
            opened="0",
            paid="doc.total",
            paid_on="CASE WHEN NOT doc.voided THEN doc.issued_on END",
        ),
        _entry(
            "crm_refundreceipt",
            "refund_receipt",
            opened="0",
            paid="-doc.total",
            paid_on="NULL",
        ),
    )
)


def _customers(table: str) -> str:
    compared = ("currency", *CUSTOMER_FIGURES)
    return f"""
WITH {_TIES}, entry (id, invoiced, open, overdue, paid, invoiced_on, paid_on) AS (
    {_ENTRIES}
), figure AS (
    SELECT id, sum(invoiced), sum(open), sum(overdue), sum(paid),
           max(invoiced_on), max(paid_on), %(currency)s::text
      FROM entry GROUP BY id
), named (id, {", ".join(CUSTOMER_FIGURES)}, currency) AS (SELECT * FROM figure)
SELECT held.id, {", ".join(f"named.{name}" for name in CUSTOMER_FIGURES)},
       COALESCE(named.currency, '')
  FROM asked JOIN {table} AS held ON held.id = asked.id
  LEFT JOIN named ON named.id = held.id
 WHERE held.workspace_id + 0 = %(workspace)s
   AND (COALESCE(named.currency, ''), {
        ", ".join(f"named.{name}" for name in CUSTOMER_FIGURES)
    })
       IS DISTINCT FROM ({", ".join(f"held.{name}" for name in compared)})
 ORDER BY held.id
"""  # noqa: S608  constants


_STATEMENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "deal": (_DEALS, DEAL_FIGURES),
    "contact": (_customers("crm_contact"), (*CUSTOMER_FIGURES, "currency")),
    "company": (_customers("crm_company"), (*CUSTOMER_FIGURES, "currency")),
}
NOUNS = tuple(_STATEMENTS)


def differences(
    workspace: Workspace, object_type: str, ids: Sequence[int]
) -> dict[int, dict[str, object]]:
    """The figures that records of one noun should hold and do not."""
    statement, names = _STATEMENTS[object_type]
    arguments: dict[str, Any] = {
        "workspace": workspace.pk,
        "currency": workspace.home_currency,
        "object_type": object_type,
        "ids": list(ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return {
            row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()
        }
