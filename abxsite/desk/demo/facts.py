"""What people write down in the demo: problems, potentials, judgements, how well contacts are known, ties."""

from datetime import date, timedelta
from random import Random

from abxsite.desk.demo.cast import Company
from abxsite.desk.demo.story import Company as Prospect
from abxsite.desk.demo.story import Story
from abxsite.users.models import Person, User
from accounts.choices import BuyingRole, DossierSection, TieKind
from accounts.models import Account, Contact
from accounts.services.accounts import update_account
from accounts.services.dossier import add_entry
from accounts.services.following import follow_parent
from accounts.services.judgements import record_judgement
from accounts.services.people import set_strength, update_contact
from accounts.services.potential import add_buying_center, enter_potential
from accounts.services.sponsors import sponsorships
from accounts.services.ties import add_tie, confirm_tie

CENTERS = ("Operations", "Maintenance", "Finance", "IT")
NEED_NOTES = (
    "Has no project for it this year", "Talks about it, nobody owns it", "Named as a goal for next year",
    "Budget asked for", "Budget named", "Budget named, decides within 12 months",
)  # fmt: skip
LEVELS = {"c_level": 0, "vp": 1, "director": 2, "manager": 3}
DOSSIER = (
    (DossierSection.PRIORITY, (
        "Fewer unplanned stops: the board reports them each quarter.",
        "One planning for all sites by the end of next year.",
        "Halve the time from order to delivery before the new site opens.",
    )),
    (DossierSection.INITIATIVE, (
        "A programme for central planning, led by operations; a pilot at two sites.",
        "The old planning tool goes when its contract ends next summer.",
    )),
    (DossierSection.PAIN, (
        "Crews wait for parts that stand at another site.",
        "Each site plans in its own spreadsheet; nobody sees the whole week.",
    )),
    (DossierSection.COMPETITOR, ("Their own IT has a tool half built.", "An older suite, in accounting only.")),
    (DossierSection.LANDSCAPE, ("A works council agrees to every change of shifts.", "Tenders above 200,000 a year.")),
)  # fmt: skip
BRAND_NOTES = (
    "Unknown abroad",
    "Known in its town",
    "Known in its region",
    "Speaks at fairs",
    "A name in its field",
    "Others copy them",
)


def name_problems(story: Story, marketer: User) -> None:
    """Problem tags, by hand, on those that named a problem; half of the subsidiaries follow their parent."""
    accounts = by_key(story)
    for company in story.companies:
        if company.problem:
            update_account(actor=marketer, account=accounts[company.key], problem_tags=[company.problem])
    for company in story.companies:
        if company.parent and company.number % 2:
            follow_parent(actor=marketer, account=accounts[company.key], follow=True)


def by_key(story: Story) -> dict[str, Account]:
    domains = {company.domain: company.key for company in story.companies}
    return {domains[a.domain]: a for a in Account.objects.filter(domain__in=domains).select_related("owner", "parent")}


def value_accounts(story: Story, company: Company, rng: Random) -> None:
    """Buying centers for the best, one entered figure for the next, nothing for the rest (they are estimated)."""
    marketer = company.user("marketer")
    for prospect, account in _pairs(story):
        worth = int((15_000 + 1_500_000 * prospect.quality**2) * rng.uniform(0.7, 1.4) / 5_000) * 5_000
        if prospect.quality > 0.55:
            parts = rng.randint(2, 4)
            for name in CENTERS[:parts]:
                share = worth // parts
                add_buying_center(
                    actor=marketer, account=account, name=name, potential=share,
                    current_revenue=int(share * rng.choice((0, 0, 0.1, 0.3))),
                )  # fmt: skip
        elif prospect.quality > 0.3 and rng.random() < 0.6:
            enter_potential(actor=marketer, account=account, amount=worth, note="Sized from crews and sites")


def judge_and_know(story: Story, company: Company, rng: Random, *, until: date, share: float) -> None:
    """Judgements and strengths of the quarter before `until`, by the account's owner where there is one."""
    users = company.by_person()
    contacts: dict[int, list[Contact]] = {}
    for contact in Contact.objects.select_related("account"):
        contacts.setdefault(contact.account_id or 0, []).append(contact)
    for prospect, account in _pairs(story):
        actor = users.get(account.owner_id or 0) or company.user("marketer")
        if rng.random() < share * (0.5 + prospect.quality):
            _judge(account, actor, prospect, rng, until)
        known = [c for c in contacts.get(account.pk, []) if rng.random() < share * prospect.quality]
        for contact in known:
            _know(contact, actor, prospect, rng, until)
        if known and rng.random() < 0.4 * prospect.quality:
            _tie(account, known[0], actor, company, rng, until)


def _judge(account: Account, actor: User, prospect: Prospect, rng: Random, until: date) -> None:
    day = until - timedelta(days=rng.randint(0, 60))
    need = _around(prospect.quality, rng)
    record_judgement(actor=actor, account=account, key="need", points=need, note=NEED_NOTES[need], on=day)
    if rng.random() < 0.6:
        brand = _around(prospect.quality, rng)
        record_judgement(actor=actor, account=account, key="brand", points=brand, note=BRAND_NOTES[brand], on=day)


def _around(quality: float, rng: Random) -> int:
    return min(5, max(0, round(quality * 6 + rng.uniform(-1.2, 1.2))))


def _know(contact: Contact, actor: User, prospect: Prospect, rng: Random, until: date) -> None:
    strength = min(4, 1 + int(rng.random() * 4 * (0.4 + prospect.quality)))
    set_strength(
        actor=actor, contact=contact, strength=strength, on=until - timedelta(days=rng.randint(0, 80)),
        evidenced=strength > 2 and rng.random() < 0.6, note="",
    )  # fmt: skip


def _tie(account: Account, contact: Contact, actor: User, company: Company, rng: Random, until: date) -> None:
    kind = rng.choice((TieKind.FORMER_CLIENT, TieKind.REFERRAL, TieKind.EVENT, TieKind.EXECUTIVE_SPONSOR))
    day = until - timedelta(days=rng.randint(0, 80))
    note = {"former_client": "Was our client before", "referral": "By a customer", "event": "Met at the user day"}
    sponsor = _sponsor(company) if kind == TieKind.EXECUTIVE_SPONSOR else None
    if kind == TieKind.EXECUTIVE_SPONSOR and sponsor is None:
        kind = TieKind.REFERRAL
    tie = add_tie(
        actor=actor, account=account, kind=kind, on=day, note=note.get(kind, "Quarterly call"), contact=contact,
        person=sponsor,
    )  # fmt: skip
    second = company.user("marketer2")
    if rng.random() < 0.5 and second != actor:
        confirm_tie(actor=second, tie=tie)


def _sponsor(company: Company) -> Person | None:
    """The leader, else a manager, who can take one more account."""
    for login in ("leader", "manager", "manager.dach", "manager.west"):
        person = company.user(login).person
        if sponsorships(person).count() < person.sponsors_at_most:
            return person
    return None


def organise_and_write(story: Story, company: Company, seed: int) -> None:
    """The better half: who reports to whom, what people do in the buying group, and the first words of a dossier."""
    rng = Random(seed + 1)  # noqa: S311 - invented data; of its own, so that the story stays as it is
    users = company.by_person()
    people: dict[int, list[Contact]] = {}
    for contact in Contact.objects.order_by("pk"):
        people.setdefault(contact.account_id or 0, []).append(contact)
    for prospect, account in _pairs(story):
        if prospect.quality > 0.5:
            _organise(sorted(people.get(account.pk, []), key=lambda one: LEVELS.get(one.seniority, 9)), rng)
        if prospect.quality > 0.6:
            actor = users.get(account.owner_id or 0) or company.user("marketer")
            for section, texts in DOSSIER:
                if rng.random() < 0.5:
                    add_entry(actor=actor, account=account, section=section, text=rng.choice(texts))


def _organise(people: list[Contact], rng: Random) -> None:
    """Each reports to somebody of a higher level; the first three have a role."""
    roles = [BuyingRole.DECIDER, BuyingRole.CHAMPION, BuyingRole.INFLUENCER]
    for number, contact in enumerate(people):
        above = [one for one in people[:number] if LEVELS.get(one.seniority, 9) < LEVELS.get(contact.seniority, 9)]
        role = roles[number] if number < len(roles) and rng.random() < 0.8 else contact.buying_role
        superior = rng.choice(above[-2:]) if above else None
        update_contact(actor=None, contact=contact, buying_role=role, reports_to=superior)


def _pairs(story: Story) -> list[tuple[Prospect, Account]]:
    accounts = by_key(story)
    return [(company, accounts[company.key]) for company in story.companies if company.key in accounts]
