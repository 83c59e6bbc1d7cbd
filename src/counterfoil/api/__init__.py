"""The API for programs: documents made, read, sent, voided and deleted.

A thin skin beside ``web``: it reads JSON, makes one call of a use case, and answers in
JSON. Nobody imports it but the addresses.
"""

from __future__ import annotations
