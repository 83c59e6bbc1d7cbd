"""Documents made here: drafts, totals, issuing, stages, roll-ups onto deals.

``issue.place`` is the one way a document starts, for page, workflow and API alike. It
records the document and hands ``posting`` an intent; it never speaks to a service.
"""

from __future__ import annotations
