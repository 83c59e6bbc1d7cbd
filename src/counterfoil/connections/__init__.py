"""The wires to other people's services: connections, links, tokens and call budgets.

A connection is one company at one service (for QuickBooks: a realm). ``authorise``
connects and disconnects, ``tokens`` hands out a valid access token, ``budget`` keeps
within the service's limits, ``links`` says which record is which remote object.
Services join by ``ports.services``; nothing here knows one of them by name.
"""

from __future__ import annotations
