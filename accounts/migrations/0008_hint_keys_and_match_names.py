"""Parked signals get the key of what their source said; names are compared by the rule of today."""

from typing import Any

from django.db import migrations

from accounts.hints import hint_of_text
from accounts.matching import match_name

BATCH = 10_000


def fill_hint_keys(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT match_hint FROM accounts_signal"
            " WHERE account_id IS NULL AND match_hint <> '' AND hint_key = ''"
        )
        said = [row[0] for row in cursor.fetchall()]
        for start in range(0, len(said), BATCH):
            part = said[start : start + BATCH]
            cursor.execute(
                """UPDATE accounts_signal s SET hint_key = z.key FROM unnest(%s::text[], %s::text[]) AS z (said, key)
                WHERE s.account_id IS NULL AND s.hint_key = '' AND s.match_hint = z.said""",
                [part, [hint_of_text(text).key for text in part]],
            )


def refresh_match_names(apps: Any, schema_editor: Any) -> None:
    """By ranges of ids, and only the rows whose name is compared otherwise now."""
    last = 0
    with schema_editor.connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT id, name, match_name FROM accounts_account WHERE id > %s ORDER BY id LIMIT %s", [last, BATCH]
            )
            rows = cursor.fetchall()
            if not rows:
                return
            last = rows[-1][0]
            changed = [(pk, new) for pk, name, old in rows if (new := match_name(name)) != old]
            if changed:
                cursor.execute(
                    """UPDATE accounts_account a SET match_name = z.name
                    FROM unnest(%s::bigint[], %s::text[]) AS z (id, name) WHERE a.id = z.id""",
                    [[pk for pk, _ in changed], [name for _, name in changed]],
                )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("accounts", "0007_signals_duplicates_merges")]

    operations = [
        migrations.RunPython(fill_hint_keys, migrations.RunPython.noop),
        migrations.RunPython(refresh_match_names, migrations.RunPython.noop),
    ]
