"""The nouns: contacts, companies, deals, quotes, products, invoices, payments.

Every noun is declared in the ``catalogue`` (``objects.py``); every change goes through
the one door, ``records.write``; lists ask ``queries``; cards ask ``associations``;
what happened to a record is in ``timeline``.
"""

from __future__ import annotations
