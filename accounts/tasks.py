"""Background work of the account side. Ids only, safe to repeat."""

import logging

from celery import shared_task
from django.db import OperationalError

from accounts.services import imports

log = logging.getLogger(__name__)


@shared_task(name="accounts.run_import")
def run_import(job_id: int) -> None:
    try:
        imports.work(job_id)
    except OperationalError:
        log.warning("import %s: the database is away, the sweep takes it up again", job_id)
    except Exception:
        log.exception("import %s stopped", job_id)
        imports.fail(job_id)
