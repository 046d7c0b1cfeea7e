"""Every fact that a condition may ask of an account. Account facts only: never score or tier (DESIGN §4, Segments)."""

from datetime import date
from typing import Any, Final

from django.db.models import OuterRef, Q, QuerySet

from abxsite.users.models import Team
from accounts.choices import AccountStatus, Closure, Department, Outcome, Seniority, SignalKind, Strength, TieKind
from accounts.facts import compare as by
from accounts.facts import options as read
from accounts.facts.kinds import Fact, Group, Kind
from accounts.models import (
    Account,
    BuyingCenter,
    Cluster,
    ClusterMembership,
    Contact,
    Opportunity,
    PotentialEntry,
    Signal,
    Tie,
)

#: The fact that stands for a whole segment; `language.where` opens it.
SEGMENT: Final = "segment"


def _words(choices: list[tuple[Any, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(value), str(label)) for value, label in choices if value != "")


def _contacts(today: date) -> QuerySet[Any]:
    return by.of_account(Contact.objects.filter(left_on__isnull=True))


def _met_contacts(today: date) -> QuerySet[Any]:
    return by.of_account(Contact.objects.filter(left_on__isnull=True, strength__gte=Strength.MET))


def _ties(today: date) -> QuerySet[Any]:
    return by.of_account(Tie.objects.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=today), on__lte=today))


def _signals(today: date) -> QuerySet[Any]:
    return by.of_account(Signal.objects.all())


def _deals(today: date) -> QuerySet[Any]:
    return by.of_account(Opportunity.objects.all())


def _deals_that(outcome: Outcome) -> by.Rows:
    def deals(today: date) -> QuerySet[Any]:
        return by.of_account(Opportunity.objects.filter(outcome=outcome))

    return deals


def _memberships(today: date) -> QuerySet[Any]:
    return by.of_account(ClusterMembership.objects.current())


def _subsidiaries(today: date) -> QuerySet[Any]:
    return Account.objects.filter(parent=OuterRef("pk"), merged_into__isnull=True).order_by()


def _buying_centers(today: date) -> QuerySet[Any]:
    return by.of_account(BuyingCenter.objects.filter(closed_on__isnull=True))


def _potential_entries(today: date) -> QuerySet[Any]:
    return by.of_account(PotentialEntry.objects.filter(on__lte=today))


COMPANY: Final = (
    Fact("status", "Status", Kind.CHOICE, Group.COMPANY, by.choice("status"), _words(AccountStatus.choices),
         closed=True),
    Fact("industry", "Industry", Kind.CHOICE, Group.COMPANY, by.choice("industry"), read.industries),
    Fact("country", "Country", Kind.CHOICE, Group.COMPANY, by.choice("country"), read.countries),
    Fact("region", "Region or state", Kind.CHOICE, Group.COMPANY, by.choice("region"), read.regions),
    Fact("city", "City", Kind.CHOICE, Group.COMPANY, by.choice("city"), read.cities),
    Fact("employees", "Employees", Kind.NUMBER, Group.COMPANY, by.number("employees")),
    Fact("revenue", "Revenue a year", Kind.NUMBER, Group.COMPANY, by.number("revenue")),
    Fact("year_founded", "Founded in", Kind.NUMBER, Group.COMPANY, by.number("year_founded")),
    Fact("technologies", "Technologies", Kind.SET, Group.COMPANY, by.array("technologies"), read.technologies),
    Fact("problems", "Problems", Kind.SET, Group.COMPANY, by.array("problem_tags"), read.problems),
    Fact("description", "Description", Kind.TEXT, Group.COMPANY, by.text("description")),
    Fact("has_parent", "Parent account", Kind.FLAG, Group.COMPANY, by.flag(Q(parent__isnull=False)),
         always_known=True, yes="Belongs to a parent account", no="Belongs to no parent account"),
    Fact("has_subsidiaries", "Subsidiaries", Kind.FLAG, Group.COMPANY, by.has_rows(_subsidiaries),
         always_known=True, yes="Has subsidiaries", no="Has no subsidiaries"),
    Fact("closure", "Closure", Kind.CHOICE, Group.COMPANY, by.choice("closure"), _words(Closure.choices),
         closed=True),
    Fact("is_gone", "Gone", Kind.FLAG, Group.COMPANY, by.flag(~Q(closure="")), always_known=True,
         yes="Acquired, closed down or not to be contacted", no="Open for business"),
)  # fmt: skip

PEOPLE: Final = (
    Fact("contacts", "Contacts", Kind.NUMBER, Group.PEOPLE, by.count_rows(_contacts), always_known=True),
    Fact("contacts_met", "Contacts met", Kind.NUMBER, Group.PEOPLE, by.count_rows(_met_contacts), always_known=True,
         help="People whom we know at “met” or better."),
    Fact("strength", "Strongest contact", Kind.SCALE, Group.PEOPLE, by.step_of_rows(_contacts, "strength"),
         _words(Strength.choices), always_known=True, closed=True),
    Fact("seniority", "Seniority known there", Kind.SET, Group.PEOPLE, by.words_of_rows(_contacts, "seniority"),
         _words(Seniority.choices), always_known=True, closed=True),
    Fact("department", "Department known there", Kind.SET, Group.PEOPLE, by.words_of_rows(_contacts, "department"),
         _words(Department.choices), always_known=True, closed=True),
    Fact("touched", "Last touch", Kind.DATE, Group.PEOPLE, by.days_of_rows(_contacts, "last_contact_on"),
         always_known=True, past="Touched"),
    Fact("ties", "Ties", Kind.NUMBER, Group.PEOPLE, by.count_rows(_ties), always_known=True),
    Fact("tie_kind", "Kind of tie", Kind.SET, Group.PEOPLE, by.words_of_rows(_ties, "kind"), _words(TieKind.choices),
         always_known=True, closed=True),
)  # fmt: skip

SIGNALS: Final = (
    Fact("signals", "Signals", Kind.WINDOW, Group.SIGNALS, by.window(_signals, "occurred_on", "kind"),
         _words(SignalKind.choices), always_known=True, closed=True),
    Fact("signal_on", "Last signal", Kind.DATE, Group.SIGNALS, by.days_of_rows(_signals, "occurred_on"),
         always_known=True, past="Showed a signal"),
)  # fmt: skip

DEALS: Final = (
    Fact("open_deal", "Open opportunity", Kind.FLAG, Group.DEALS, by.has_rows(_deals_that(Outcome.OPEN)),
         always_known=True, yes="Has an open opportunity", no="Has no open opportunity"),
    Fact("any_deal", "Any opportunity ever", Kind.FLAG, Group.DEALS, by.has_rows(_deals), always_known=True,
         yes="Has had an opportunity", no="Never had an opportunity"),
    Fact("won_on", "Won", Kind.DATE, Group.DEALS, by.days_of_rows(_deals_that(Outcome.WON), "closed_on"),
         always_known=True, past="Won"),
    Fact("lost_on", "Lost", Kind.DATE, Group.DEALS, by.days_of_rows(_deals_that(Outcome.LOST), "closed_on"),
         always_known=True, past="Lost"),
    Fact("opened_on", "Opportunity opened", Kind.DATE, Group.DEALS, by.days_of_rows(_deals, "opened_on"),
         always_known=True, past="Opportunity opened"),
    Fact("won_deals", "Opportunities won", Kind.NUMBER, Group.DEALS, by.count_rows(_deals_that(Outcome.WON)),
         always_known=True),
    Fact("potential_entered", "Potential entered by people", Kind.FLAG, Group.DEALS, by.has_rows(_potential_entries),
         always_known=True, yes="Somebody entered its potential", no="Nobody entered its potential"),
    Fact("has_buying_centers", "Buying centers", Kind.FLAG, Group.DEALS, by.has_rows(_buying_centers),
         always_known=True, yes="Has buying centers", no="Has no buying centers"),
)  # fmt: skip

WORK: Final = (
    Fact("owner", "Owner", Kind.CHOICE, Group.WORK, by.choice("owner_id", unknown=None), read.owners, ids=True),
    Fact("team", "Owner's team", Kind.CHOICE, Group.WORK, by.choice("owner__team_id", unknown=None),
         read.rows_of(Team), ids=True),
    Fact("cluster", "Cluster", Kind.CHOICE, Group.WORK, by.owned(_memberships, "cluster_id"),
         read.rows_of(Cluster), ids=True),
    # compared by the language itself, which knows what a segment holds
    Fact(SEGMENT, "Segment", Kind.CHOICE, Group.WORK, by.flag(by.NOBODY), read.segments, ids=True, always_known=True),
)  # fmt: skip

DATA: Final = (
    Fact("has_domain", "Domain", Kind.FLAG, Group.DATA, by.flag(~Q(domain="")), always_known=True,
         yes="Domain known", no="Domain unknown"),
    Fact("insight_on", "Data checked", Kind.DATE, Group.DATA, by.day("insight_on"), past="Data checked"),
    Fact("created_on", "Came in", Kind.DATE, Group.DATA, by.day("created_at__date"), always_known=True, past="Came in"),
    Fact("source", "Source", Kind.CHOICE, Group.DATA, by.choice("source"), read.sources),
)  # fmt: skip

#: All but the custom attributes, which are data: `facts()` and `fact_of()` know those too.
FACTS: Final[dict[str, Fact]] = {
    fact.key: fact for fact in (*COMPANY, *PEOPLE, *SIGNALS, *DEALS, *WORK, *DATA)
}  # fmt: skip
