"""Structured logs: past-tense facts with their ids, one JSON object per line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import Processor

from counterfoil.config.env import Misconfigured

HIDDEN = ("token", "secret", "password", "authorization", "cookie", "signature")


def _redact(_logger: object, _name: str, event: Any) -> Any:
    for key in event:
        if any(word in key.lower() for word in HIDDEN):
            event[key] = "***"
    return event


def configure(settings: Mapping[str, Any]) -> None:
    """Set up structlog and route the standard library's loggers through it."""
    level = settings["level"]
    if level not in logging.getLevelNamesMapping():
        raise Misconfigured("COUNTERFOIL_LOG_LEVEL must be one such as INFO or DEBUG.")
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _redact,
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "procrastinate", "django.request"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
