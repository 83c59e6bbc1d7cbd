"""Registers the service, its books, its source and its writer: this module is found by name."""

from __future__ import annotations

from counterfoil.connections.ports import rates, services
from counterfoil.connectors.quickbooks.auth import QuickBooks
from counterfoil.connectors.quickbooks.books import Factory
from counterfoil.connectors.quickbooks.causes import BY_CODE
from counterfoil.connectors.quickbooks.pairings import Companies, Contacts, Products
from counterfoil.connectors.quickbooks.rates import QuickBooksRates
from counterfoil.connectors.quickbooks.source import QuickBooksSource
from counterfoil.connectors.quickbooks.writer import QuickBooksWriter
from counterfoil.posting.ports import books
from counterfoil.sync.categories import Causes, causes
from counterfoil.sync.ports import pairings, sources, writers

services.register(QuickBooks)
books.register(Factory)
sources.register(QuickBooksSource)
rates.register(QuickBooksRates)
writers.register(QuickBooksWriter)
pairings.register(Companies)
pairings.register(Contacts)
pairings.register(Products)
causes.add(Causes(QuickBooks.key, BY_CODE))
