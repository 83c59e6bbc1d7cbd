"""Invoices: drafts, totals, issuing, stages, roll-ups onto deals.

``issue.issue_invoice`` is the one way an invoice starts, for page, workflow and API
alike. It records the invoice and hands ``posting`` an intent; it never speaks to a
service.
"""

from __future__ import annotations
