"""What a change of settings would come to, counted before anybody says yes (row S9).

``proposing`` keeps what a person wants, ``counting`` judges page by page what it would do
on either side, with nothing written, ``tallying`` adds it up. A confirmed proposal
becomes a run (``sync.runs.changing``).
"""

from __future__ import annotations
