"""The skin: pages of the product, one package per section of the navigation.

Views translate a request, make one call and translate back. They meet connectors only
through registries.
"""

from __future__ import annotations
