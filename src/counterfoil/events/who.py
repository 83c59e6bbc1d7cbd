"""Who acts in a workspace: a member, or a program with a member's token."""

from __future__ import annotations

from django.utils.translation import gettext as _

from counterfoil.events.origin import Actor
from counterfoil.workspaces.access import Access


def actor_of(access: Access) -> Actor:
    """The member; of a program the name of its token, too, and whose it is."""
    user = access.user
    if not access.token:
        return Actor.user(user.pk, str(user))
    said = _("%(name)s, with the token “%(token)s”")
    return Actor.program(user.pk, said % {"name": user, "token": access.token})
