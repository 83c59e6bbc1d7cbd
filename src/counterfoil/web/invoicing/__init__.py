"""Pages of invoicing: the wizard, the card of a record, previews, existing invoices."""

from __future__ import annotations
