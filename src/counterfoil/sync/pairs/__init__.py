"""The incoming side of what has two sides: objects as read become records, and stay so.

``incoming.apply`` is the door for what was observed, ``judging.judge_in`` says beforehand
what would become of it; ``conflicts``, ``reviews`` and ``linking`` are people's answers.
"""

from __future__ import annotations
