"""Columns that match nothing become the workspace's own attributes: typed, kept by key, undone with their import."""

from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from abxsite.lib.errors import DomainError, NotAllowed
from accounts.models import Account, CustomAttribute, ImportJob
from accounts.services import custom_attributes, imports
from tests.accounts.imports.test_conflicts import counted, tried
from tests.accounts.imports.test_import_pages import columns, signed_in, upload
from tests.accounts.imports.test_undo import bring, undo
from tests.cast import Cast

pytestmark = pytest.mark.django_db
FILE = "name,Plan level,Seats,Partner,Renewal\nFjordlys,Gold,12,yes,2026-03-01\nTindra,Silver,7.5,no,\n"
NEW = {"name": "name", "Plan level": "new:text", "Seats": "new:number", "Partner": "new:flag", "Renewal": "new:date"}


def brought(text: str = FILE, mapping: dict[str, str] | None = None, **options: Any) -> ImportJob:
    job = imports.start_import(
        actor=None, kind="accounts", file=BytesIO(text.encode()), file_name="own.csv", source="crm"
    )
    job = imports.set_mapping(actor=None, job=job, mapping=mapping or job.mapping, options=options)
    return imports.run_to_end(job)


def values() -> dict[str, dict[str, Any]]:
    return dict(Account.objects.values_list("name", "custom"))


def test_new_attributes_are_typed_and_known_by_name_in_the_next_file() -> None:
    assert counted(brought(mapping=NEW)) == {"rows": 2, "created": 2}
    assert values() == {
        "Fjordlys": {"plan_level": "Gold", "seats": 12, "partner": True, "renewal": "2026-03-01"},
        "Tindra": {"plan_level": "Silver", "seats": 7.5, "partner": False},
    }
    assert dict(CustomAttribute.objects.values_list("key", "kind")) == {
        "plan_level": "text", "seats": "number", "partner": "flag", "renewal": "date",
    }  # fmt: skip
    assert counted(brought()) == {"rows": 2, "unchanged": 2}
    other = tried("name,Seats\nTindra,9\n")
    assert other.mapping == {"name": "name", "Seats": "custom.seats"}
    assert counted(imports.run_to_end(other)) == {"rows": 1, "updated": 1}
    assert values()["Tindra"] == {"plan_level": "Silver", "seats": 9, "partner": False}


def test_each_attribute_returns_by_itself_when_its_import_is_undone() -> None:
    first = brought(mapping=NEW)
    second = bring("name,Seats,Plan level\nFjordlys,99,Platinum\n")
    account = Account.objects.get(name="Fjordlys")
    account.custom = account.custom | {"seats": 100}
    account.save(update_fields=["custom"])
    assert undo(second) == {"returned": 1, "kept_fields": 1}
    assert values()["Fjordlys"] == {"plan_level": "Gold", "seats": 100, "partner": True, "renewal": "2026-03-01"}
    third = bring("name,Partner\nTindra,yes\nNova,no\n")
    assert undo(third) == {"gone": 1, "returned": 1}
    assert values()["Tindra"]["partner"] is False
    assert undo(first)["gone"] == 2


def test_what_an_attribute_cannot_hold_is_an_error_with_its_name() -> None:
    brought(mapping=NEW)
    attribute = CustomAttribute.objects.get(key="plan_level")
    CustomAttribute.objects.filter(pk=attribute.pk).update(kind="choice", choices=["Gold", "Silver"])
    job = bring("name,Plan level,Seats\nFjordlys,gold,many\nTindra,Bronze,1\nBrim,GOLD,2\n")
    assert counted(job) == {"rows": 3, "created": 1, "error": 2}
    assert list(job.rows.order_by("line").values_list("reason", flat=True)) == [
        "Seats: “many” is not a number.",
        "Plan level: “Bronze” is none of Gold, Silver.",
    ]
    assert values()["Brim"] == {"plan_level": "Gold", "seats": 2}


@pytest.mark.parametrize(
    ("rule", "expected"), [("overwrite", {"plan_level": "B", "seats": 1}), ("fill", {"plan_level": "A", "seats": 1}),
                           ("keep", {"plan_level": "A"})],
)  # fmt: skip
def test_each_attribute_has_its_rule(rule: str, expected: dict[str, Any]) -> None:
    custom_attributes.add_attribute(actor=None, label="Plan level", kind="text")
    custom_attributes.add_attribute(actor=None, label="Seats", kind="number")
    bring("name,Plan level\nFjordlys,A\n")
    rules = {"custom.plan_level": rule, "custom.seats": rule}
    bring("name,Plan level,Seats\nFjordlys,B,1\n", rules=rules)
    assert values()["Fjordlys"] == expected


def test_names_and_keys() -> None:
    one = custom_attributes.add_attribute(actor=None, label="Plan level", kind="text")
    with pytest.raises(ValidationError, match="Another attribute has this name"):
        custom_attributes.add_attribute(actor=None, label="Plan level", kind="text")
    custom_attributes.retire_attribute(actor=None, attribute=one)
    two = custom_attributes.add_attribute(actor=None, label="Plan level", kind="number")
    assert (one.key, two.key, custom_attributes.add_attribute(actor=None, label="3 % x", kind="text").key) == (
        "plan_level",
        "plan_level_2",
        "a_3_x",
    )
    changed = custom_attributes.change_attribute(actor=None, attribute=two, label="Level")
    assert (changed.key, changed.label) == ("plan_level_2", "Level")


@pytest.mark.parametrize(
    ("samples", "kind"),
    [(["yes", "no"], "flag"), (["12", "3.5"], "number"), (["2026-01-02"], "date"), (["a"], "text"), ([], "text")],
)
def test_the_likely_kind_of_a_column(samples: list[str], kind: str) -> None:
    assert custom_attributes.guess_kind(samples) == kind


def test_the_mapping_page_offers_new_ones_and_refuses_a_clash_in_words(cast: Cast) -> None:
    client = signed_in(cast.marketer)
    job = upload(client, FILE)
    page = client.get(f"/accounts/import/{job.pk}/").content.decode()
    assert "New: number (likely)" in page
    answer = client.post(f"/accounts/import/{job.pk}/mapping/", columns(job, **{"column:2": "new:number"}))
    assert answer.status_code == 302
    job.refresh_from_db()
    assert job.mapping["Seats"] == "custom.seats"
    with pytest.raises(DomainError, match="There is an attribute “Seats” already, and it holds a Number"):
        custom_attributes.adopt_new(actor=None, mapping={"Seats": "new:text"})
    with pytest.raises(NotAllowed):
        custom_attributes.add_attribute(actor=cast.rep, label="Mine", kind="text")
    assert CustomAttribute.objects.count() == 1
