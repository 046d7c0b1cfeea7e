"""Owners named in a file become Persons, without a login until somebody invites them."""

from abxsite.lib import clock
from abxsite.users.models import Person
from accounts.choices import ImportKind
from accounts.imports.staging import Staging
from accounts.models import ImportChange

WITH_OWNERS = frozenset({ImportKind.ACCOUNTS.value, ImportKind.OPPORTUNITIES.value})

_COLLECT = """
    INSERT INTO {owners} (key, name, email)
    SELECT DISTINCT ON (owner_key) owner_key, owner_name, owner_email FROM {rows}
    WHERE owner_key IS NOT NULL ORDER BY owner_key, n ON CONFLICT DO NOTHING"""
_BY_EMAIL = """
    UPDATE {owners} o SET person_id = p.id FROM users_person p
    WHERE o.email IS NOT NULL AND lower(p.email) = o.email AND p.email <> ''"""
_BY_NAME = """
    UPDATE {owners} o SET person_id = CASE WHEN z.people = 1 THEN z.id END, doubtful = z.people > 1
    FROM (SELECT lower(name) AS name, min(id) AS id, count(*) AS people FROM users_person WHERE active GROUP BY 1) z
    WHERE o.person_id IS NULL AND o.email IS NULL AND z.name = lower(o.name)"""
_MISSING = """
    SELECT key, name, email FROM {owners} WHERE person_id IS NULL AND doubtful IS NOT TRUE ORDER BY key"""
_MADE = "UPDATE {owners} SET person_id = %(person)s WHERE key = %(key)s"
#: `ImportChange.what` of a Person that a file brought.
PERSON = "person"
_FILL_IN = """
    UPDATE {match} m SET owner_id = o.person_id FROM {rows} s JOIN {owners} o ON o.key = s.owner_key
    WHERE s.n = m.n AND m.owner_id IS NULL AND o.person_id IS NOT NULL"""


def resolve(staging: Staging) -> None:
    """Find the Persons that the file's owners are; by e-mail, else by a name that only one has."""
    if staging.kind in WITH_OWNERS:
        staging.run(_COLLECT)
        staging.run(_BY_EMAIL)
        staging.run(_BY_NAME)


def make_missing(staging: Staging) -> int:
    """Make the Persons that do not exist yet; returns how many."""
    if staging.kind not in WITH_OWNERS:
        return 0
    missing = staging.fetch(_MISSING)
    for key, name, email in missing:
        person = Person.objects.create(name=(name or _name_in(email))[:160], email=email or "", created_at=clock.now())
        staging.run(_MADE, {"person": person.pk, "key": key})
        ImportChange.objects.create(job_id=staging.job_id, record_id=person.pk, created=True, what=PERSON)
    return len(missing)


def fill_in(staging: Staging) -> None:
    """Owners made after the rows were matched."""
    staging.run(_FILL_IN)


def _name_in(email: str) -> str:
    """`rea.rep@vendor.example` → `Rea Rep`, until somebody knows better."""
    return email.split("@", maxsplit=1)[0].replace(".", " ").replace("_", " ").replace("-", " ").title() or email
