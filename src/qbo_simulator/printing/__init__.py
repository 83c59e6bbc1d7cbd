"""Printed forms, and the e-mails they would go out with."""

from __future__ import annotations
