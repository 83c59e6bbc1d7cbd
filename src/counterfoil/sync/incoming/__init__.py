"""What is read in the other system lands here: hints followed, polls, pages applied.

``pull`` reads what may have changed, ``standing`` and ``echoes`` drop what is no news,
``applying`` keeps the rest in the mirror and hands it to documents and pairs.
"""

from __future__ import annotations
