"""Registers the service, its books and its source: this module is found by name."""

from __future__ import annotations

from counterfoil.connections.ports import services
from counterfoil.connectors.quickbooks.auth import QuickBooks
from counterfoil.connectors.quickbooks.books import Factory
from counterfoil.connectors.quickbooks.source import QuickBooksSource
from counterfoil.posting.ports import books
from counterfoil.sync.ports import sources

services.register(QuickBooks)
books.register(Factory)
sources.register(QuickBooksSource)
