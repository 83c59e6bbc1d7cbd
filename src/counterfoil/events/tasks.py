"""Background work: run a drain, sweep all drains, keep the job table clean."""

from __future__ import annotations

import structlog
from django.utils import timezone
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from counterfoil.events import dispatch, retention
from counterfoil.events.wake import QUEUE_NAME, TASK_NAME, Drain, absorb, drains, wake

STALLED_AFTER_SECONDS = 60
KEEP_FINISHED_HOURS = 24

log = structlog.get_logger()

drains.add(Drain(dispatch.DRAIN, dispatch.run))


@app.task(name=TASK_NAME, queue=QUEUE_NAME)
def run_drain(key: str) -> None:
    """Do all that is due in one queue; what fails is recorded on its own row."""
    absorb(key)
    _run(key)


@app.periodic(cron="* * * * *")
@app.task(name="counterfoil.sweep", queue="sweep", queueing_lock="counterfoil.sweep")
def sweep(timestamp: int) -> None:
    """Wake every drain once a minute, so that a lost wake-up costs a minute."""
    for drain in drains:
        wake(drain.key)


@app.periodic(cron="*/2 * * * *")
@app.task(
    name="counterfoil.rescue_stalled_jobs",
    queue="sweep",
    queueing_lock="counterfoil.rescue_stalled_jobs",
)
async def rescue_stalled_jobs(timestamp: int) -> None:
    """Free the jobs whose worker was killed: run them again, or drop them."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(
        seconds_since_heartbeat=STALLED_AFTER_SECONDS
    ):
        log.warning("stalled_job_rescued", job=job.id, task=job.task_name)
        try:
            await manager.retry_job(job)
        except exceptions.ConnectorException:
            # The same periodic job stands in the queue already.
            await manager.finish_job(job, status=Status.FAILED, delete_job=True)


@app.periodic(cron="17 * * * *")
@app.task(
    name="counterfoil.delete_finished_jobs",
    queue="sweep",
    queueing_lock="counterfoil.delete_finished_jobs",
)
async def delete_finished_jobs(timestamp: int) -> None:
    """Delete what has been finished for a day; our own rows are the record."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEEP_FINISHED_HOURS,
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )


@app.periodic(cron="41 3 * * *")
@app.task(
    name="counterfoil.forget_events",
    queue="sweep",
    queueing_lock="counterfoil.forget_events",
)
def forget_old_events(timestamp: int) -> None:
    """Delete once a night the events that everybody has heard long ago."""
    log.info("events_forgotten", count=retention.forget_events(timezone.now()))


def _run(key: str) -> None:
    try:
        settled = drains[key].run(timezone.now())
    except Exception:
        # The rows stay as they are and the sweep comes again: a retry of the job
        # would add nothing.
        log.exception("drain_failed", drain=key)
    else:
        if settled:
            log.info("drain_finished", drain=key, settled=settled)
