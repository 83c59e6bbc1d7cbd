"""What happened: the outbox.

``publish`` writes an event in the caller's transaction; ``dispatch`` hands it to every
subscriber by itself, so that one that fails harms no other. Rooms above subscribe by
declaring functions in their ``subscribers.py``.
"""

from __future__ import annotations
