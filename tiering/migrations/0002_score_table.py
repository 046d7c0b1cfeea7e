"""The scores, partitioned by run: the finishing task builds a partition beside and attaches it."""

from django.db import migrations

FORWARD = """
CREATE TABLE tiering_score (
    run_id bigint NOT NULL,
    account_id bigint NOT NULL,
    total integer NOT NULL,
    coverage smallint NOT NULL,
    points integer[] NOT NULL,
    raw bigint[] NOT NULL,
    fit smallint,
    signals smallint,
    relationship smallint,
    potential bigint,
    potential_source smallint NOT NULL,
    potential_n integer,
    follows boolean NOT NULL DEFAULT false
) PARTITION BY LIST (run_id);
-- one score of an account in a run
CREATE UNIQUE INDEX tiering_score_account ON tiering_score (run_id, account_id);
-- the list by score, and rank by counting
CREATE INDEX tiering_score_total ON tiering_score (run_id, total DESC, account_id);
"""


class Migration(migrations.Migration):
    dependencies = [("tiering", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE tiering_score")]
