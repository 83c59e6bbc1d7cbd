"""The accounting API over HTTP, from the bytes of a request to those of an answer."""

from __future__ import annotations
