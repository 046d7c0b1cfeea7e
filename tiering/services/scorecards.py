"""Scorecards: drafted, edited, published with a note. A published version never changes (S7)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from abxsite.audit import services as audit
from abxsite.lib import clock, locks, queue
from abxsite.lib.errors import Conflict, DomainError
from abxsite.users.models import User
from tiering import policies
from tiering.choices import Family, ScorecardStatus
from tiering.engine.configs import ConfigError, parse_config
from tiering.engine.rails import Rail, guard_rails, size_rail
from tiering.models import Criterion, Scorecard, Standing, Tier
from tiering.scoring.defaults import Targets, default_criteria, targets_from_history
from tiering.scoring.specs import definition_of, specs_of

#: Employees from which a company counts as large.
LARGE = 1_000
#: What a draft's criterion may change; the key names it, and judgements are kept under it.
EDITABLE = frozenset({"name", "help", "family", "kind", "weight", "unknown", "config", "anchors"})


def published() -> Scorecard | None:
    return Scorecard.objects.filter(status=ScorecardStatus.PUBLISHED).first()


def draft() -> Scorecard | None:
    """The newest draft."""
    return Scorecard.objects.filter(status=ScorecardStatus.DRAFT).first()


def warnings_of(scorecard: Scorecard) -> list[Rail]:
    """The guard rails of S2: warnings, then what is in order; what the last run showed comes first."""
    criteria = specs_of(list(scorecard.criteria.all()))
    shown = _shown_by_run(sum(spec.weight for spec in criteria if spec.family == Family.FIRMOGRAPHIC))
    return [*([shown] if shown else []), *guard_rails(criteria)]


def _shown_by_run(weight: int) -> Rail | None:
    """Whether the recommended top tier is mostly large companies of one industry."""
    top = Tier.objects.active().order_by("order").first()
    if top is None:
        return None
    seats = list(Standing.objects.filter(tier=top).values_list("account__industry", "account__employees"))
    large = Counter(industry for industry, employees in seats if industry and (employees or 0) >= LARGE)
    if not large:
        return None
    industry, n = large.most_common(1)[0]
    return size_rail(len(seats), n, industry, weight)


@transaction.atomic
def default_scorecard(*, actor: User | None, targets: Targets | None = None) -> Scorecard:
    """The published scorecard. Where none exists, or `targets` are given, the default one is made and published.

    Without `targets` they are drawn from the workspace's own won deals.
    """
    policies.check_may_keep(actor, "publish a scorecard")
    locks.take("scorecards")
    present = published()
    if present is not None and targets is None:
        return present
    found = targets or targets_from_history(clock.today())
    scorecard = Scorecard.objects.create(version=_next_version(), based_on=present, created_by=actor)
    for place, fields in enumerate(default_criteria(found)):
        _add(scorecard, place, fields)
    return publish_scorecard(actor=actor, scorecard=scorecard, note="The default scorecard, fitted to our customers.")


@transaction.atomic
def new_draft(*, actor: User | None, based_on: Scorecard | None = None) -> Scorecard:
    """A draft with the criteria of `based_on` (the published version by default); the open draft if there is one."""
    policies.check_may_keep(actor, "edit the scorecard")
    locks.take("scorecards")
    there = draft()
    if there is not None:
        return there
    source = based_on or published()
    if source is None:
        raise DomainError("There is no scorecard to start from.")
    scorecard = Scorecard.objects.create(version=_next_version(), based_on=source, created_by=actor)
    for criterion in source.criteria.all():
        fields = {name: getattr(criterion, name) for name in EDITABLE}
        _add(scorecard, criterion.place, {"key": criterion.key, **fields})
    audit.record(actor=actor, action="scorecard_draft", subject=scorecard, sentence=f"From v{source.version}.")
    return scorecard


@transaction.atomic
def change_criteria(*, actor: User | None, scorecard: Scorecard, changes: Mapping[str, Mapping[str, Any]]) -> Scorecard:
    """Change criteria of a draft by key: `{"potential": {"weight": 30}}`. The weights must sum to 100 to publish."""
    policies.check_may_keep(actor, "edit the scorecard")
    locked = _locked_draft(scorecard)
    before, after = {}, {}
    criteria = {criterion.key: criterion for criterion in locked.criteria.all()}
    for key, fields in changes.items():
        criterion = criteria.get(key)
        if criterion is None:
            raise DomainError(f"The scorecard has no criterion called {key}.")
        old, new = audit.changes(criterion, _allowed(fields))
        if not new:
            continue
        for name, value in new.items():
            setattr(criterion, name, value)
        _save(criterion, [*new, "definition"])
        before[key], after[key] = old, new
    if after:
        audit.record(actor=actor, action="scorecard_change", subject=locked, before=before, after=after)
    return locked


@transaction.atomic
def publish_scorecard(*, actor: User | None, scorecard: Scorecard, note: str) -> Scorecard:
    """Publish a draft; the one before retires. Publishing it again changes nothing. Scores follow with the next run."""
    policies.check_may_keep(actor, "publish a scorecard")
    locks.take("scorecards")
    fresh = Scorecard.objects.select_for_update(no_key=True).get(pk=scorecard.pk)
    if fresh.status == ScorecardStatus.PUBLISHED:
        return fresh
    if fresh.status != ScorecardStatus.DRAFT:
        raise Conflict(f"v{fresh.version} is not a draft any more.")
    _check_publishable(list(fresh.criteria.all()), note)
    Scorecard.objects.filter(status=ScorecardStatus.PUBLISHED).update(status=ScorecardStatus.RETIRED)
    fresh.status, fresh.note = ScorecardStatus.PUBLISHED, note.strip()[:400]
    fresh.published_at, fresh.published_by = clock.now(), actor
    fresh.save(update_fields=["status", "note", "published_at", "published_by"])
    audit.record(
        actor=actor,
        action="scorecard_publish",
        subject=fresh,
        after={criterion.key: criterion.weight for criterion in fresh.criteria.all()},
        sentence=fresh.note,
    )
    queue.wake("tiering.rescore_daily")
    return fresh


@transaction.atomic
def discard_draft(*, actor: User | None, scorecard: Scorecard) -> None:
    """Delete a draft; what was never published leaves an audit entry alone."""
    policies.check_may_keep(actor, "discard a draft")
    locked = _locked_draft(scorecard)
    audit.record(actor=actor, action="scorecard_discard", subject=locked)
    locked.criteria.all().delete()
    locked.delete()


def _check_publishable(criteria: Sequence[Criterion], note: str) -> None:
    if not note.strip():
        raise DomainError("Say in a sentence what changed and why.", field="note")
    if not criteria:
        raise DomainError("A scorecard has at least one criterion.")
    total = sum(criterion.weight for criterion in criteria)
    if total != 100:
        raise DomainError(f"The weights sum to {total}, not to 100.", field="weights")


def _next_version() -> int:
    return (Scorecard.objects.aggregate(newest=Max("version"))["newest"] or 0) + 1


def _locked_draft(scorecard: Scorecard) -> Scorecard:
    locked = Scorecard.objects.select_for_update(no_key=True).filter(pk=scorecard.pk).first()
    if locked is None or locked.status != ScorecardStatus.DRAFT:
        raise Conflict("This version is not a draft any more: somebody published or discarded it meanwhile.")
    return locked


def _allowed(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = fields.keys() - EDITABLE
    if unknown:
        raise DomainError(f"A criterion has no field called {', '.join(sorted(unknown))}.")
    return dict(fields)


def _add(scorecard: Scorecard, place: int, fields: Mapping[str, Any]) -> Criterion:
    criterion = Criterion(scorecard=scorecard, place=place, **fields)
    _save(criterion, None)
    return criterion


def _save(criterion: Criterion, update_fields: list[str] | None) -> None:
    try:
        parse_config(criterion.kind, criterion.key, criterion.config)
        criterion.definition = definition_of(criterion.kind, criterion.key, criterion.config)
        criterion.full_clean()
    except ConfigError as error:
        raise DomainError(str(error), field=criterion.key) from error
    except ValidationError as error:
        raise DomainError(f"{criterion.name}: {'; '.join(error.messages)}", field=criterion.key) from error
    criterion.save(update_fields=update_fields, force_insert=update_fields is None)
