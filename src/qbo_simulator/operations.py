"""The words for what a call does, which addresses, fault rules and metering share."""

from __future__ import annotations

WRITES = (
    "create",
    "update",
    "void",
    "delete",
    "send",
    "upload",
    "tax_service",
    "set_rate",
)
READS = (
    "read",
    "query",
    "cdc",
    "pdf",
    "report",
    "download",
    "thumbnail",
    "exchange_rate",
)
BATCH = "batch"
