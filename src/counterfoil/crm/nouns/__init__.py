"""The declarations of the nouns, by family; ``crm.objects`` brings them in."""

from __future__ import annotations
