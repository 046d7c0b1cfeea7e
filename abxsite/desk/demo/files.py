"""The story as the CSV files that a CRM would export on a day: only what had happened by then."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO

from abxsite.desk.demo.story import Story


def accounts_csv(story: Story, day: date) -> BytesIO:
    won = {deal.company for deal in story.deals if deal.won and deal.closes <= day}
    rows = (
        (
            c.key, c.name, f"https://www.{c.domain}", c.industry, c.country, c.city, c.employees, c.revenue,
            story.owners.get(c.key, ""), c.parent, "Customer" if c.key in won else "Prospect",
            ";".join(c.technologies), c.founded,
        )
        for c in story.companies
    )  # fmt: skip
    return _file(
        ("Account ID", "Account Name", "Website", "Industry", "Billing Country", "Billing City", "Employees",
         "Annual Revenue", "Account Owner", "Parent Account ID", "Type", "Technologies", "Year Founded"),
        rows,
    )  # fmt: skip


def contacts_csv(story: Story) -> BytesIO:
    rows = ((p.key, p.first, p.last, p.email, p.title, p.company) for p in story.people)
    return _file(("Contact ID", "First Name", "Last Name", "Email", "Title", "Account ID"), rows)


def opportunities_csv(story: Story, day: date) -> BytesIO:
    rows = (
        (
            d.key, d.name, d.company, d.owner, d.type, d.stage_on(day), d.amount, d.opened.isoformat(),
            d.closes.isoformat() if d.closes <= day else "",
        )
        for d in story.deals
        if d.opened <= day
    )  # fmt: skip
    return _file(
        ("Opportunity ID", "Opportunity Name", "Account ID", "Opportunity Owner", "Type", "Stage", "Amount",
         "Created Date", "Close Date"),
        rows,
    )  # fmt: skip


def signals_csv(story: Story, since: date | None, day: date) -> BytesIO:
    """Signals of (since, day]."""
    domains = {c.key: c.domain for c in story.companies}
    rows = (
        (s.key, s.kind, s.on.isoformat(), domains[s.company], s.email, s.topic)
        for s in story.sightings
        if (since is None or s.on > since) and s.on <= day
    )
    return _file(("Signal ID", "Kind", "Date", "Domain", "Email", "Topic"), rows)


def _file(header: Sequence[str], rows: Iterable[Sequence[object]]) -> BytesIO:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return BytesIO(text.getvalue().encode())
