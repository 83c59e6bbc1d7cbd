"""What sync keeps: news, runs, settings, troubles, and how it is doing."""

from __future__ import annotations

from counterfoil.sync.models.hours import SyncHour
from counterfoil.sync.models.inbound import (
    Delivery,
    DeliveryState,
    Hint,
    UnknownAccount,
)
from counterfoil.sync.models.outgoing import Outgoing
from counterfoil.sync.models.runs import (
    Difference,
    Lane,
    Likeness,
    Run,
    RunChange,
    RunKind,
    RunState,
    StreamRun,
)
from counterfoil.sync.models.settings import ObjectSetting, Proposal, ProposalState
from counterfoil.sync.models.troubles import (
    UNSETTLED,
    Conflict,
    FieldWrite,
    Issue,
    IssueState,
    Quarantine,
    Review,
)

__all__ = [
    "UNSETTLED",
    "Conflict",
    "Delivery",
    "DeliveryState",
    "Difference",
    "FieldWrite",
    "Hint",
    "Issue",
    "IssueState",
    "Lane",
    "Likeness",
    "ObjectSetting",
    "Outgoing",
    "Proposal",
    "ProposalState",
    "Quarantine",
    "Review",
    "Run",
    "RunChange",
    "RunKind",
    "RunState",
    "StreamRun",
    "SyncHour",
    "UnknownAccount",
]
