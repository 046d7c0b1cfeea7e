"""Files of the chosen accounts: a table for spreadsheets (CSV or Excel), and the lists that LinkedIn Ads takes."""

import csv
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import batched
from typing import IO, Any, Final

from django.db.models import QuerySet

from abxsite.desk import account_rows
from abxsite.lib import display, excel
from abxsite.lib.csv import neutral
from abxsite.lib.errors import DomainError
from accounts.models import Account, Contact, CustomAttribute
from tiering.choices import PotentialSource
from tiering.models import Run

AT_ONCE: Final = 1_000
#: A file is made within one request; more than this belongs to the API.
MOST_ROWS: Final = 100_000
#: LinkedIn takes no larger list.
LINKEDIN_ROWS: Final = 300_000
HEAD: Final = (
    "Account", "Domain", "Status", "Industry", "Country", "Owner", "Tier", "Proposed tier", "On deck", "Score",
    "Known percent", "Fit", "Signals", "Relationship", "Potential", "Potential source", "Cluster", "Open pipeline",
    "Open deals", "Last touch", "Last signal", "Next delivery", "Next delivery due", "Data of", "Region", "City",
    "Employees", "Revenue", "Founded", "Technologies", "Problems",
)  # fmt: skip
#: As LinkedIn's upload templates have them.
COMPANY_HEAD: Final = (
    "companyname", "companywebsite", "companyemaildomain", "linkedincompanypageurl", "stocksymbol", "industry", "city",
    "state", "companycountry", "zipcode",
)  # fmt: skip
CONTACT_HEAD: Final = ("email", "firstname", "lastname", "jobtitle", "employeecompany", "country", "googleaid")

Rows = Iterator[Sequence[Any]]


@dataclass(frozen=True)
class Kind:
    """`rows` gives the head and the lines; `name` stands in the file's name."""

    label: str
    name: str
    suffix: str
    rows: Callable[[QuerySet[Any], Run | None], tuple[Sequence[str], Rows]]


def make(kind: Kind, accounts: QuerySet[Any], run: Run | None) -> IO[bytes]:
    """A temporary file at its beginning; DomainError when there is too much for one file."""
    most = LINKEDIN_ROWS if kind.name.startswith("linkedin") else MOST_ROWS
    if accounts.order_by().values("pk")[: most + 1].count() > most:
        raise DomainError(f"One file holds {most:,} accounts at most. Narrow the list first.")
    head, rows = kind.rows(accounts, run)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - handed to the answer, which closes it
    if kind.suffix == "xlsx":
        excel.write(file, "Accounts", head, rows)
    else:
        _write_csv(file, head, rows, marked=kind.name == "accounts")
    file.seek(0)
    return file


def _write_csv(file: IO[bytes], head: Sequence[str], rows: Iterable[Sequence[Any]], marked: bool) -> None:
    """`marked` begins with a byte order mark, so that Excel reads UTF-8; upload forms do without."""
    text = TextIOWrapper(file, encoding="utf-8-sig" if marked else "utf-8", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    text.detach()


def _table(accounts: QuerySet[Any], run: Run | None) -> tuple[Sequence[str], Rows]:
    attributes = list(CustomAttribute.objects.filter(retired_at__isnull=True))
    keys = [attribute.key for attribute in attributes]
    return (*HEAD, *(attribute.label for attribute in attributes)), _lines(accounts, run, keys)


def _lines(accounts: QuerySet[Any], run: Run | None, custom: list[str]) -> Rows:
    """One line per account, by name, read in batches."""
    for some in _batches(accounts):
        yield from (
            (*_line(row), *(_plain(row.attribute(key)) for key in custom)) for row in account_rows.rows_of(some, run)
        )


def _batches(accounts: QuerySet[Any]) -> Iterator[list[Account]]:
    ids = list(accounts.order_by("name", "pk").values_list("pk", flat=True))
    for some in batched(ids, AT_ONCE, strict=False):
        found = Account.objects.select_related("owner").in_bulk(some)
        yield [found[pk] for pk in some if pk in found]


def _plain(value: Any) -> Any:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _line(row: account_rows.Row) -> tuple[Any, ...]:
    account, score, move = row.account, row.score, row.move
    proposed = (move.to_tier.name if move.to_tier else "Off list") if move else None
    return (
        account.name,
        account.domain,
        account.get_status_display(),
        account.industry,
        account.country,
        account.owner.name if account.owner else None,
        row.tier.name if row.tier else "Off list",
        proposed,
        row.standing.get_deck_display() if row.standing and row.standing.deck else None,
        display.score(score.total) if score else None,
        *((score.coverage, score.fit, score.signals, score.relationship) if score else (None,) * 4),
        score.potential if score else None,
        PotentialSource(score.potential_source).label if score else None,
        row.cluster,
        row.pipeline,
        row.deals,
        row.touched_on,
        row.signal_on,
        row.delivery.entitlement.name if row.delivery else None,
        row.delivery.due_on if row.delivery else None,
        account.insight_on,
        account.region,
        account.city,
        account.employees,
        account.revenue,
        account.year_founded,
        _plain(account.technologies),
        _plain(account.problem_tags),
    )


def _advertisable(accounts: QuerySet[Any]) -> QuerySet[Any]:
    """Not those that were acquired, closed down, or asked not to be contacted."""
    return accounts.filter(closure="")


def _companies(accounts: QuerySet[Any], run: Run | None) -> tuple[Sequence[str], Rows]:
    """LinkedIn matches by name and website; a name alone will do."""

    def lines() -> Rows:
        for some in _batches(_advertisable(accounts)):
            for account in some:
                site = account.website or (f"https://{account.domain}" if account.domain else "")
                yield (
                    account.name, site, account.domain, "", "", account.industry, account.city, account.region,
                    account.country, "",
                )  # fmt: skip

    return COMPANY_HEAD, lines()


def _contacts(accounts: QuerySet[Any], run: Run | None) -> tuple[Sequence[str], Rows]:
    """People of these accounts whom LinkedIn can find: by e-mail, else by both names and the company."""

    def lines() -> Rows:
        for some in _batches(_advertisable(accounts)):
            here = {account.pk: account for account in some}
            people = Contact.objects.filter(account_id__in=here, left_on__isnull=True).order_by("account_id", "id")
            for contact in people.iterator(chunk_size=2000):
                account = here[contact.account_id]
                first, _, last = contact.name.strip().rpartition(" ")
                if contact.email or (first and last):
                    yield (contact.email, first or last, last if first else "", contact.title, account.name,
                           account.country, "")  # fmt: skip

    return CONTACT_HEAD, lines()


KINDS: Final[dict[str, Kind]] = {
    "csv": Kind("CSV", "accounts", "csv", _table),
    "xlsx": Kind("Excel", "accounts", "xlsx", _table),
    "linkedin": Kind("LinkedIn company list", "linkedin-companies", "csv", _companies),
    "linkedin_contacts": Kind("LinkedIn contact list", "linkedin-contacts", "csv", _contacts),
}
