"""Attributes of accounts that the workspace defines itself: made in an import or by hand, renamed, retired."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from abxsite.audit.services import record
from abxsite.lib import clock, display
from abxsite.lib.errors import DomainError
from abxsite.users.models import User
from accounts.choices import AttributeKind
from accounts.imports import values
from accounts.imports.fields import OWN
from accounts.imports.headers import normalise
from accounts.models import Account, CustomAttribute
from accounts.services.import_access import check_import

#: In a mapping: a column that becomes a new attribute of this kind.
NEW = "new:"
MOST = 100


@transaction.atomic
def add_attribute(
    *, actor: User | None, label: str, kind: str, choices: Sequence[str] = ()
) -> CustomAttribute:  # fmt: skip
    check_import(actor)
    if CustomAttribute.objects.filter(retired_at__isnull=True).count() >= MOST:
        raise DomainError(f"{MOST} attributes are the most. Retire one that nobody uses.")
    attribute = CustomAttribute(
        key=_free_key(label), label=label.strip()[:80], kind=kind, choices=_clean(choices), created_by=actor,
        created_at=clock.now(),
    )  # fmt: skip
    attribute.full_clean()
    attribute.save(force_insert=True)
    record(actor=actor, action="attribute_add", subject=attribute, after={"label": attribute.label, "kind": kind})
    return attribute


def _free_key(label: str) -> str:
    """A slug that no attribute has, and that starts with a letter; it never changes."""
    slug = slugify(label).replace("-", "_").strip("_")
    base = (slug if slug[:1].isalpha() else f"a_{slug}".rstrip("_"))[:36].replace("__", "_")
    taken = set(CustomAttribute.objects.filter(key__startswith=base).values_list("key", flat=True))
    return next(key for n in range(1, 10_000) if (key := base if n == 1 else f"{base}_{n}") not in taken)


def _clean(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(word.strip()[:80] for word in words if word.strip()))


@transaction.atomic
def change_attribute(
    *, actor: User | None, attribute: CustomAttribute, label: str, choices: Sequence[str] = ()
) -> CustomAttribute:
    """Another name, or other words to choose from; kind and key stay, because values and scorecards rest on them."""
    check_import(actor)
    attribute = CustomAttribute.objects.select_for_update().get(pk=attribute.pk)
    before = {"label": attribute.label, "choices": list(attribute.choices)}
    attribute.label, attribute.choices = label.strip()[:80], _clean(choices)
    attribute.full_clean()
    attribute.save(update_fields=["label", "choices"])
    after = {"label": attribute.label, "choices": list(attribute.choices)}
    if before != after:
        record(actor=actor, action="attribute_change", subject=attribute, before=before, after=after)
    return attribute


@transaction.atomic
def retire_attribute(*, actor: User | None, attribute: CustomAttribute, retired: bool = True) -> CustomAttribute:
    """No longer offered; values stay. `retired` False brings it back."""
    check_import(actor)
    attribute = CustomAttribute.objects.select_for_update().get(pk=attribute.pk)
    if attribute.active == (not retired):
        return attribute
    attribute.retired_at = clock.now() if retired else None
    attribute.full_clean()
    attribute.save(update_fields=["retired_at"])
    record(actor=actor, action="attribute_retire" if retired else "attribute_restore", subject=attribute)
    return attribute


def guess_kind(samples: Sequence[str]) -> str:
    """The kind that all sample values allow."""
    if samples and all(_is_truth(text) for text in samples):
        return AttributeKind.FLAG
    if samples and all(_is_number(text) for text in samples):
        return AttributeKind.NUMBER
    if samples and all(_is_day(text) for text in samples):
        return AttributeKind.DATE
    return AttributeKind.TEXT


def _is_truth(text: str) -> bool:
    try:
        return values.truth(text) is not None and not text.strip().isdigit()
    except values.BadValue:
        return False


def _is_number(text: str) -> bool:
    try:
        return values.number(text) is not None
    except values.BadValue:
        return False


def _is_day(text: str) -> bool:
    try:
        return values.day(text, values.DAY_FIRST, UTC) is not None
    except values.BadValue:
        return values.date_order(text) != ""


def with_own(headers: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping, with columns that are called like an attribute in use."""
    own = {normalise(one.label): OWN + one.key for one in CustomAttribute.objects.filter(retired_at__isnull=True)}
    found = dict(mapping)
    for header in headers:
        key = own.get(normalise(header))
        if key and header not in found and key not in found.values():
            found[header] = key
    return {header: found[header] for header in headers if header in found}


def adopt_new(*, actor: User | None, mapping: Mapping[str, str]) -> dict[str, str]:
    """Make the attributes that a mapping asks for (`new:<kind>`), named by their column."""
    return {header: _adopted(actor, header, key) for header, key in mapping.items()}


def _adopted(actor: User | None, header: str, key: str) -> str:
    if not key.startswith(NEW):
        return key
    kind = key.removeprefix(NEW)
    if kind not in AttributeKind.values:
        raise DomainError(f"“{kind}” is no kind of attribute.")
    return OWN + _named(actor, header, kind).key


def _named(actor: User | None, label: str, kind: str) -> CustomAttribute:
    """The attribute in use of that name and kind, else a new one."""
    old = CustomAttribute.objects.filter(label__iexact=label.strip()[:80], retired_at__isnull=True).first()
    if old and old.kind == kind:
        return old
    if old:
        raise DomainError(f"There is an attribute “{old.label}” already, and it holds a {old.get_kind_display()}.")
    return add_attribute(actor=actor, label=label, kind=kind)


@dataclass(frozen=True)
class AttributeValue:
    """One attribute of an account, as people read it."""

    attribute: CustomAttribute
    text: str


def values_of(account: Account) -> list[AttributeValue]:
    """The account's own attributes that are in use and known, by label."""
    if not account.custom:
        return []
    found = CustomAttribute.objects.filter(retired_at__isnull=True, key__in=list(account.custom))
    return [AttributeValue(one, text) for one in found if (text := said(one, account.custom.get(one.key)))]


def said(attribute: CustomAttribute, value: Any) -> str:
    """A stored value in words; '' for unknown."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int | float):
        return display.number(value)
    if attribute.kind == AttributeKind.DATE:
        try:
            return f"{date.fromisoformat(str(value)):%-d %B %Y}"
        except ValueError:
            return str(value)
    return str(value)
