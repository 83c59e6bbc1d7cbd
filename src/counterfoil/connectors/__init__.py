"""What speaks to the outside: one complete folder per service.

Connectors know the ports of ``sync``, ``posting`` and ``connections``; never the features
and never each other. Nobody imports them: they register themselves.
"""

from __future__ import annotations
