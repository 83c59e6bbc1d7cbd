"""The outgoing side of what has two sides: records here become objects there, and stay so.

``sync.marking`` notes records that may differ, ``judging.judge_out`` says what would
become of them, ``push.push`` carries it out; ``holding`` asks a person where it is much.
"""

from __future__ import annotations
