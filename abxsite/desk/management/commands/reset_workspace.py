"""`manage.py reset_workspace --yes`: empties the workspace for good."""

from typing import Any

from django.core.cache import cache
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction

KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})


class Command(BaseCommand):
    help = "Delete everything in the workspace: accounts, people, history, the record. Cannot be undone."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="really do it")

    def handle(self, *args: Any, **options: Any) -> None:
        if not options["yes"]:
            raise CommandError("This deletes everything, the record included. Say --yes if you mean it.")
        tables = [table for table in self._tables() if table not in KEPT]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(
                f"TRUNCATE {', '.join(connection.ops.quote_name(t) for t in tables)} RESTART IDENTITY CASCADE"
            )
        cache.clear()
        self.stdout.write("The workspace is empty.")

    def _tables(self) -> list[str]:
        """All tables of the database, partitions by their parent."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
                " AND relnamespace = 'public'::regnamespace ORDER BY 1"
            )
            return [name for (name,) in cursor.fetchall()]
