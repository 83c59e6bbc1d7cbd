"""Decides what must be written for two sides to agree, and why: pure, on plain values.

Nothing here knows a framework, a database or a clock. The shells around it (``sync.pairs``,
``sync.outgoing``, ``sync.previews``) load what it needs and carry out what it says.
"""
