"""Background work of the account side. Ids only, safe to repeat."""

import logging

from celery import shared_task
from django.db import OperationalError

from accounts.services import duplicates, imports

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


@shared_task(name="accounts.scan_duplicates")
def scan_duplicates(scan_id: int) -> None:
    try:
        duplicates.work(scan_id)
    except OperationalError:
        log.warning("search for duplicates %s: the database is away, the sweep takes it up again", scan_id)
    except Exception:
        log.exception("search for duplicates %s stopped", scan_id)
        duplicates.fail(scan_id)
