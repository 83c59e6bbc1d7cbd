"""OAuth 2 and OpenID Connect as Intuit offers them."""

from __future__ import annotations
