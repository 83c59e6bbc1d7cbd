"""The engine that keeps records in step with what is elsewhere, either way.

A house of its own (docs/decisions/0014): ``ports`` is what a connector declares,
``engine`` decides, ``settings`` is what somebody chose; ``pairs`` have two sides,
``documents`` are read one way; ``incoming`` and ``outgoing`` are the ways, ``runs`` the
work over many; ``previews`` and ``explain`` tell what would become of something, and why.
"""

from __future__ import annotations
