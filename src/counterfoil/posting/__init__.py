"""The one engine that may create anything in the books, exactly once.

``post.submit`` records the intent in the caller's transaction; ``tasks`` carries it
out; ``state`` decides; ``sweep`` looks for what must never be. Connectors implement
``ports.Books``. See docs/decisions on exactly-once posting.
"""

from __future__ import annotations
