"""Work over many objects, part by part: imports, comparisons, settings runs, undoings.

``parts`` is what a kind of run declares, ``plan`` begins, stops and resumes runs, and
``carrying`` does their parts page by page, claimed (``claiming``) by whoever is free.
"""

from __future__ import annotations
