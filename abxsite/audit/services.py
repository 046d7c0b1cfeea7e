"""Writing the record. Called inside the transaction of the change that it records."""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from abxsite.audit.models import AuditEntry

if TYPE_CHECKING:
    from abxsite.users.models import User

#: Where the present write comes from (an address, "import 12", "command rescore"); set at the edge.
source: ContextVar[str] = ContextVar("abx_audit_source", default="")
_encode = DjangoJSONEncoder().default


def plain(value: Any) -> Any:
    """A value as JSON keeps it: numbers and text as they are, everything else by its usual text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return _encode(value)


def record(
    *,
    actor: "User | None",
    action: str,
    subject: Model,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    sentence: str = "",
) -> AuditEntry:
    """Append one entry about `subject`; `action` is verb and noun, as in `move_approve`."""
    return AuditEntry.objects.create(
        actor=actor,
        action=action,
        subject=subject._meta.label_lower,
        subject_id=subject.pk,
        label=str(subject)[:200],
        sentence=sentence[:400],
        before=plain(before or {}),
        after=plain(after or {}),
        source=source.get()[:60],
    )


def record_many(
    *,
    actor: "User | None",
    action: str,
    entries: Iterable[tuple[Model, dict[str, Any], dict[str, Any]]],
) -> None:
    """One entry each for many subjects, `(subject, before, after)`, in a few statements."""
    AuditEntry.objects.bulk_create(
        (
            AuditEntry(
                actor=actor,
                action=action,
                subject=subject._meta.label_lower,
                subject_id=subject.pk,
                label=str(subject)[:200],
                before=plain(before),
                after=plain(after),
                source=source.get()[:60],
            )
            for subject, before, after in entries
        ),
        batch_size=2000,
    )


def changes(instance: Model, new: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """`(before, after)` of the fields of `new` that differ from `instance`."""
    old = {name: getattr(instance, name) for name in new}
    differing = [name for name in new if old[name] != new[name]]
    return {name: old[name] for name in differing}, {name: new[name] for name in differing}
