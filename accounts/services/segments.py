"""Segments: filters over account facts under a name, always as of now; no circles, no score, no tier."""

from typing import Any

from django.db import transaction

from abxsite.audit.services import changes, record
from abxsite.lib import clock
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.keeping import check_keep, check_share
from abxsite.users.models import User
from accounts import facts
from accounts.facts import Condition
from accounts.facts.language import DEEPEST
from accounts.models import Segment


@transaction.atomic
def create_segment(
    *, actor: User | None, name: str, conditions: object, description: str = "", shared: bool = True
) -> Segment:
    """Everyone's by default, which marketers and admins make; others keep their own."""
    check_share(actor, shared)
    segment = Segment(
        name=name.strip(), description=description.strip(), conditions=_checked(conditions, None), shared=shared,
        created_by=actor, updated_by=actor, created_at=clock.now(), updated_at=clock.now(),
    )  # fmt: skip
    segment.full_clean()
    segment.save(force_insert=True)
    record(actor=actor, action="segment_create", subject=segment, after={"conditions": words_of(segment)})
    return segment


@transaction.atomic
def update_segment(*, actor: User | None, segment: Segment, version: int, **fields: Any) -> Segment:
    """`version` is the one that the person looked at; Conflict says who changed it since."""
    stored: Segment = Segment.objects.select_for_update(no_key=True).get(pk=segment.pk)
    check_keep(actor, stored.created_by, stored.shared)
    if stored.version != version:
        who = stored.updated_by.name if stored.updated_by else "Somebody"
        raise Conflict(f"{who} changed this segment meanwhile. Look at it again before you save.")
    if "conditions" in fields:
        fields["conditions"] = _checked(fields["conditions"], stored)
    if fields.get("shared", stored.shared) != stored.shared:
        check_share(actor, shared=True)
        if stored.shared:
            _check_unused(stored)
    before, after = changes(stored, fields)
    if not after:
        return stored
    for name, value in after.items():
        setattr(stored, name, value)
    stored.version += 1
    stored.updated_by, stored.updated_at = actor, clock.now()
    stored.full_clean()
    stored.save(update_fields=[*after, "version", "updated_by", "updated_at"])
    record(actor=actor, action="segment_update", subject=stored, before=before, after=after)
    return stored


@transaction.atomic
def delete_segment(*, actor: User | None, segment: Segment) -> None:
    stored: Segment = Segment.objects.select_for_update().get(pk=segment.pk)
    check_keep(actor, stored.created_by, stored.shared)
    _check_unused(stored)
    record(actor=actor, action="segment_delete", subject=stored, before={"conditions": words_of(stored)})
    stored.delete()


def words_of(segment: Segment) -> list[str]:
    """Its conditions as sentences; one sentence about what cannot be read any more."""
    try:
        return [facts.in_words(condition) for condition in facts.check(segment.conditions)]
    except DomainError as error:
        return [str(error)]


def segments_within(conditions: list[Condition]) -> set[int]:
    """Ids of the segments that conditions name."""
    return {pk for each in conditions if each.fact == facts.SEGMENT for pk in each.value}


def _checked(conditions: object, segment: Segment | None) -> list[dict[str, Any]]:
    checked = facts.check(conditions)
    if not checked:
        raise DomainError("A segment has at least one condition, else it is everybody.", field="conditions")
    _check_circle(checked, segment)
    return [condition.as_json() for condition in checked]


def _check_circle(conditions: list[Condition], segment: Segment | None) -> None:
    """Follow the segments named, level by level."""
    level = segments_within(conditions)
    stored = {each.pk: each for each in Segment.objects.filter(shared=True)} if level else {}
    if missing := level - stored.keys():
        raise DomainError(f"There is no segment of everyone's with the number {min(missing)}.", field="conditions")
    for _ in range(DEEPEST):
        if segment is not None and segment.pk in level:
            raise DomainError(f"{segment.name} would contain itself.", field="conditions")
        level = {pk for each in level if each in stored for pk in segments_within(facts.check(stored[each].conditions))}
        if not level:
            return
    raise DomainError(f"Segments stand inside each other at most {DEEPEST} deep.", field="conditions")


def _check_unused(segment: Segment) -> None:
    """Refuse to take away what other segments build on."""
    for other in Segment.objects.exclude(pk=segment.pk):
        if any(
            each.get("fact") == facts.SEGMENT and segment.pk in (each.get("value") or ()) for each in other.conditions
        ):
            raise DomainError(f"{other.name} is built on {segment.name}. Change that one first.")
