"""Whose: workspaces, people, memberships, roles and what each role may do.

The public doors are ``access`` (who may enter, and the scoped starting points) and
``people`` (create and invite). Every room above starts its queries from a workspace.
"""

from __future__ import annotations
