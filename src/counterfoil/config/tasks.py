"""The upkeep of the queue itself: nothing is lost with a worker, nothing piles up."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

# A worker beats every 10 seconds; one that has not for so long is dead.
SILENT_SECONDS = 30
KEPT_HOURS = 7 * 24
log = structlog.get_logger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="rescue_stalled_jobs")
async def rescue_stalled_jobs(timestamp: int) -> None:
    """Put the jobs of killed workers back into the queue."""
    stalled = await app.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=SILENT_SECONDS
    )
    for job in stalled:
        await app.job_manager.retry_job(job)
        log.info("stalled_job_rescued", job=job.id, task=job.task_name)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="delete_finished_jobs")
async def delete_finished_jobs(timestamp: int) -> None:
    """Forget jobs that ended a week ago; the ones that went well went at once."""
    await app.job_manager.delete_old_jobs(
        nb_hours=KEPT_HOURS,
        include_failed=True,
        include_cancelled=True,
        include_aborted=True,
    )
