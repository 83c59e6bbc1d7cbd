"""How long tokens live and what a refresh does to the refresh token: pure decisions.

Life-times and rotation follow Intuit's documentation: access tokens 60 minutes, refresh
tokens 101 days rolling, a new value about every 24 hours, the superseded one good for up
to 24 hours more, and five years as the end of everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

CODE_LIFE = timedelta(minutes=5)
ACCESS_LIFE = timedelta(seconds=3600)
REFRESH_LIFE = timedelta(seconds=8_726_400)
HARD_LIFE = timedelta(days=5 * 365)
ROTATES_AFTER = timedelta(hours=24)
GRACE = timedelta(hours=24)


class Superseded(Enum):
    """What becomes of a refresh token once a newer one was handed out."""

    STRICT = "strict"
    GRACE = "grace"


class Rotation(Enum):
    """How often a refresh hands out a new refresh token."""

    DAILY = "daily"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class Policy:
    """The two switches of rotation; the default is what Intuit documents."""

    rotation: Rotation = Rotation.DAILY
    superseded: Superseded = Superseded.GRACE


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What is known of a refresh token when it is presented."""

    issued_at: datetime
    expires_at: datetime
    authorised_at: datetime
    superseded_at: datetime | None = None
    revoked: bool = False


class Answer(Enum):
    """What the token endpoint does with a presented refresh token."""

    REFUSE = "refuse"
    KEEP = "keep"
    ROTATE = "rotate"
    CURRENT = "current"


def decide(token: RefreshToken, policy: Policy, now: datetime) -> Answer:
    """Say what a refresh does with the refresh token that is presented.

    A superseded token within its grace is answered with the grant's current one.
    """
    ended = now >= token.expires_at or now >= token.authorised_at + HARD_LIFE
    if token.revoked or ended:
        return Answer.REFUSE
    if token.superseded_at is not None:
        late = now >= token.superseded_at + GRACE
        strict = policy.superseded is Superseded.STRICT
        return Answer.REFUSE if strict or late else Answer.CURRENT
    if policy.rotation is Rotation.ALWAYS or now >= token.issued_at + ROTATES_AFTER:
        return Answer.ROTATE
    return Answer.KEEP
