"""`manage.py reset_workspace --yes`: empties the workspace for good."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
#: What jobs made beside the schema: staged rows of imports and the scores of each run.
MADE_BY_JOBS = """
    SELECT relname FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND (relispartition OR relname ~ '^accounts_import_[0-9]+_' OR relname ~ '^tiering_score_[0-9]+')
"""
TABLES = """
    SELECT relname FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
    ORDER BY 1
"""


class Command(BaseCommand):
    help = "Delete everything in the workspace: accounts, people, history, the record. Cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="really do it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("This deletes everything, the record included. Say --yes if you mean it.")
        with transaction.atomic():
            for table in self._named(MADE_BY_JOBS):
                self._run(f"DROP TABLE {table}")
            tables = [table for table in self._named(TABLES) if table.strip('"') not in KEPT]
            self._run("SET LOCAL session_replication_role = replica")
            self._run(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
        cache.clear()
        shutil.rmtree(Path(settings.MEDIA_ROOT) / "imports", ignore_errors=True)
        self.stdout.write("The workspace is empty.")

    def _named(self, sql: str) -> list[str]:
        """Table names, quoted."""
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return [connection.ops.quote_name(name) for (name,) in cursor.fetchall()]

    def _run(self, sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)
