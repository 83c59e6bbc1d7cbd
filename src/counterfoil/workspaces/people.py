"""Create workspaces and users, and bring them together."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from counterfoil.core.errors import Invalid
from counterfoil.core.money import known_currencies
from counterfoil.workspaces.models import Membership, Role, User, Workspace

LANGUAGES = ("en", "ko", "pt-br", "pl")
LONGEST = 200  # letters of a name


def create_workspace(
    *,
    name: str,
    home_currency: str,
    time_zone: str,
    country: str,
    language: str,
    now: datetime,
) -> Workspace:
    """A new business. Raises :class:`Invalid` with a sentence per field."""
    errors: dict[str, list[str]] = {}
    if not name.strip():
        errors["name"] = [_("Give the workspace a name.")]
    errors |= _too_long(name.strip())
    if home_currency not in known_currencies():
        errors["home_currency"] = [
            _("%(code)s is not a currency. Use a three-letter code such as USD.")
            % {"code": home_currency}
        ]
    if time_zone not in available_timezones():
        errors["time_zone"] = [
            _("%(zone)s is not a time zone. Use a name such as America/New_York.")
            % {"zone": time_zone}
        ]
    if not re.fullmatch(r"[A-Z]{2}", country):
        errors["country"] = [_("Use a two-letter country code such as US.")]
    if language not in LANGUAGES:
        errors["language"] = [
            _("Choose one of these languages: %(known)s.")
            % {"known": ", ".join(LANGUAGES)}
        ]
    if errors:
        raise Invalid(errors)
    return Workspace.objects.create(
        name=name.strip(),
        home_currency=home_currency,
        time_zone=time_zone,
        country=country,
        language=language,
        created_at=now,
    )


def _too_long(name: str) -> dict[str, list[str]]:
    if len(name) <= LONGEST:
        return {}
    sentence = _("Shorten this to %(longest)s characters; it has %(length)s.")
    return {"name": [sentence % {"longest": LONGEST, "length": len(name)}]}


def create_user(*, email: str, name: str, password: str, now: datetime) -> User:
    """A new person. Raises :class:`Invalid` with a sentence per field."""
    errors: dict[str, list[str]] = {}
    email = email.strip()
    try:
        validate_email(email)
        User._meta.get_field("email").run_validators(email)
    except ValidationError:
        errors["email"] = [_("%(email)s is not an e-mail address.") % {"email": email}]
    if User.objects.filter(email__iexact=email).exists():
        errors["email"] = [
            _("Somebody with the address %(email)s exists already.") % {"email": email}
        ]
    user = User(email=email, name=name.strip() or email[:LONGEST], created_at=now)
    errors |= _too_long(user.name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        errors["password"] = list(error.messages)
    if errors:
        raise Invalid(errors)
    user.set_password(password)
    user.save()
    return user


@transaction.atomic
def add_member(
    *, workspace: Workspace, user: User, role: Role, now: datetime
) -> Membership:
    """Bring ``user`` in, or change the role of one who is in already."""
    membership, _created = Membership.objects.update_or_create(
        workspace=workspace,
        user=user,
        defaults={"role": role},
        create_defaults={"role": role, "created_at": now},
    )
    return membership
