"""Small imports at every stage, for the pictures: columns, words, trial, conflicts, result, the look at an undo."""

from collections.abc import Callable
from io import BytesIO

from django.urls import reverse

from accounts.choices import ImportStage
from accounts.models import Account, CustomAttribute, ImportJob
from accounts.services import custom_attributes, import_undo, imports

#: A file that changes some accounts, makes some, and leaves some to people.
ACCOUNTS = b"""Company,Website,Country,Employees,Revenue,Owner,Plan level,Seats,ABM tier
Fjordlys Kraft,www.fjordlys.example,Norway,500,150.5,Rea Rep,Gold,12,Tier 1
Tindra Verk,tindra.example,Sweden,many,90,Otto Berg,Silver,8,Tier 2
Halden Foods,halden.example,Norway,80,12.25,Rea Rep,Gold,3,
Halden Foods AS,halden.example,Norway,90,14,Rea Rep,,,
Brim Shipping,,Denmark,1200,310,Otto Berg,Silver,40,none
Lumen Group,,,,,,,,
"""
DEALS = b"""Opportunity ID,Opportunity Name,Account Name,Type,Stage,Amount,Created Date,Close Date,Opportunity Owner
006A1,Grid renewal,Fjordlys Kraft,Existing Business,Negotiation,120000,2026-02-01,2026-12-01,Rea Rep
006A2,Meters,Halden Foods,New Business,Closed Won,45000,2026-01-10,2026-04-02,Rea Rep
006A3,Cold chain,Brim Shipping,Strategic,Bought Off,80000,2026-05-01,2026-04-01,Otto Berg
"""
SOURCE = "Salesforce"


def _twins() -> None:
    """Two accounts of one name, which the file cannot tell apart."""
    for domain, city in (("lumen.example", "Oslo"), ("lumen-group.example", "Bergen")):
        Account.objects.get_or_create(
            domain=domain,
            defaults={"name": "Lumen Group", "match_name": "lumen group", "city": city, "country": "Norway"},
        )
    Account.objects.get_or_create(
        domain="halden.example", defaults={"name": "Halden Foods", "match_name": "halden foods", "employees": 60}
    )


def _job(name: str, content: bytes, kind: str) -> tuple[ImportJob, bool]:
    found = ImportJob.objects.filter(file_name=name).first()
    if found:
        return found, False
    return imports.start_import(
        actor=None, kind=kind, file=BytesIO(content), file_name=name, source=SOURCE
    ), True  # fmt: skip


def columns() -> str:
    job, _ = _job("accounts-columns.csv", ACCOUNTS, "accounts")
    return reverse("import_detail", args=[job.pk])


def deals() -> str:
    job, _ = _job("opportunities-columns.csv", DEALS, "opportunities")
    return reverse("import_detail", args=[job.pk])


def _taken(name: str, until: str) -> ImportJob:
    _twins()
    job, new = _job(name, ACCOUNTS, "accounts")
    if new:
        mapping = job.mapping | {"Plan level": "new:text", "Seats": "new:number"}
        options = {"units": {"revenue": "millions"}, "words": {"tier": {}}}
        job = imports.set_mapping(actor=None, job=job, mapping=mapping, options=options)
        job = imports.run_to_end(job, until=until)
    return job


def at(stage: str, name: str, query: str = "") -> Callable[[], str]:
    return lambda: reverse("import_detail", args=[_taken(name, stage).pk]) + query


def conflicts() -> str:
    return reverse("import_conflicts", args=[_taken("accounts-trial.csv", ImportStage.REVIEW).pk])


def undo(query: str = "") -> Callable[[], str]:
    def find() -> str:
        job = _taken("accounts-undo.csv", ImportStage.APPLIED)
        if job.stage == ImportStage.APPLIED:
            made = job.changes.filter(what="", created=True).values("record_id")[:1]
            Account.objects.filter(pk__in=made).update(city="Drammen", updated_at=job.created_at)
            job = import_undo.look_at_undo(actor=None, job=job, wake=False)
            imports.work(job.pk)
        return reverse("import_detail", args=[job.pk]) + query

    return find


def attributes() -> str:
    if not CustomAttribute.objects.exists():
        custom_attributes.add_attribute(actor=None, label="Plan level", kind="choice", choices=["Gold", "Silver"])
        custom_attributes.add_attribute(actor=None, label="Seats", kind="number")
    return reverse("attribute_list")
