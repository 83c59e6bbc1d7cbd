"""Documents, payments and deposits of the books, applied to records.

The books have the last word on them: a class per stream says what they hold (``kinds``),
one engine writes it (``applying``), and what hangs together is tied (``ties``,
``allocations``, ``deposits``). Entered by ``sync.incoming``.
"""

from __future__ import annotations
