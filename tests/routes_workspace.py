"""A small workspace with one of everything that a URL may name, for the route × role table."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from abxsite.desk.models import SavedView
from abxsite.lib import clock
from abxsite.users.services.delegations import delegate
from abxsite.users.services.tokens import create_token
from accounts.models import (
    AccountAlias,
    AccountMerge,
    BuyingCenter,
    ChecklistItem,
    ClusterMembership,
    CustomAttribute,
    DataTask,
    DuplicatePair,
    DuplicateScan,
    Segment,
    Tie,
)
from accounts.services.dossier import add_entry
from accounts.services.imports import start_import
from entitlements.models import Delivery, Entitlement, Worker, WorkRole
from entitlements.services.catalogue import ensure_default_catalogue
from entitlements.services.people import add_worker
from tests.cast import Cast
from tests.factories import AccountFactory, ClusterFactory, ContactFactory, OpportunityFactory, PersonFactory
from tests.reviews.factories import make_cycle, make_move, place_in
from tiering.models import Backtest, IcpRule, Placement
from tiering.services.scorecards import default_scorecard, new_draft
from tiering.services.setup import ensure_defaults
from tiering.services.tiers import active_tiers


@dataclass(frozen=True)
class Workspace:
    """`pk[name]` is the id that a URL wants; accounts, contacts, moves and deliveries are of the rep's team."""

    cast: Cast
    pk: dict[str, Any]


def make_workspace(cast: Cast) -> Workspace:
    day = clock.today()
    ensure_defaults(actor=cast.admin)
    ensure_default_catalogue(actor=cast.admin)
    tiers = active_tiers()
    scorecard = default_scorecard(actor=cast.marketer)
    account = AccountFactory.create(name="Alpha", owner=cast.rep.person)
    contact = ContactFactory.create(account=account)
    tie = Tie.objects.create(account=account, kind="referral", person=cast.rep.person, on=day, entered_by=cast.rep)
    center = BuyingCenter.objects.create(account=account, name="Sites")
    dossier = add_entry(actor=cast.rep, account=account, section="pain", text="Parts come late")
    data_task = DataTask.objects.create(account=account, field="industry", owner=cast.rep.person)
    cluster = ClusterFactory.create(owner=cast.marketer.person)
    ClusterMembership.objects.create(account=account, cluster=cluster, since=day)
    ports = {"fact": "industry", "op": "in", "value": ["Ports"]}
    kept = Segment.objects.create(name="Ports and harbours", conditions=[ports], created_by=cast.marketer)
    attribute = CustomAttribute.objects.create(key="plan", label="Plan", kind="text")
    view = SavedView.objects.create(name="Owned ports", query="industry=Ports", owner=cast.marketer, shared=True)
    deal = OpportunityFactory.create(account=account, amount=Decimal(100))
    cycle = make_cycle(tiers)
    draft = new_draft(actor=cast.marketer)
    move = make_move(cycle, from_tier=tiers[2], to_tier=tiers[1], signer=cast.rep, account=account)
    entitlement = Entitlement.objects.filter(tier=tiers[2]).earliest("pk")
    held = AccountFactory.create(name="Beta", owner=cast.rep.person)
    place_in(held, tiers[2])
    delivery = Delivery.objects.create(
        entitlement=entitlement,
        account=held,
        person=cast.rep.person,
        due_on=day + timedelta(days=5),
        number=1,
    )
    worker: Worker = add_worker(
        actor=cast.marketer,
        person=PersonFactory.create(),
        role=WorkRole.objects.earliest("pk"),
        shares={tiers[0].pk: 50},
        since=day - timedelta(days=30),
    )
    file = SimpleUploadedFile("accounts.csv", b"name,domain\nGamma,gamma.example\n")
    job = start_import(actor=cast.marketer, kind="accounts", file=file, file_name="accounts.csv", source="test")
    given = delegate(actor=None, delegator=cast.rep.person, delegate=cast.manager.person, since=day, until=day)
    alias = AccountAlias.objects.create(account=held, kind="domain", key="d:linked.example", said="linked.example")
    pair = DuplicatePair.objects.create(low=account, high=held, score=60)
    scan = DuplicateScan.objects.create(status="done")
    double = AccountFactory.create(name="Alpha double", merged_into=account)
    merge = AccountMerge.objects.create(survivor=account, loser=double)
    token, _ = create_token(actor=None, user=cast.rep, label="night job")
    return Workspace(
        cast,
        {
            "account": account.pk,
            "contact": contact.pk,
            "tie": tie.pk,
            "center": center.pk,
            "dossier": dossier.pk,
            "data_task": data_task.pk,
            "cluster": cluster.pk,
            "segment": kept.pk,
            "attribute": attribute.pk,
            "view": view.pk,
            "item": ChecklistItem.objects.create(cluster=cluster, name="Landing page", place=0).pk,
            "deal": deal.pk,
            "scorecard": scorecard.pk,
            "draft": draft.pk,
            "backtest": Backtest.objects.create(scorecard=scorecard, since=day, until=day).pk,
            "icp_rule": IcpRule.objects.create(kind="must", fact="employees", op="gte", value=5).pk,
            "run": cycle.proposal.run_id if cycle.proposal else 0,
            "tier": tiers[3].pk,
            "entitlement": entitlement.pk if entitlement else 0,
            "delivery": delivery.pk,
            "worker": worker.pk,
            "cycle": cycle.pk,
            "move": move.pk,
            "job": job.pk,
            "person": cast.rep.person.pk,
            "team": cast.team.pk,
            "delegation": given.pk,
            "token": token.pk,
            "alias": alias.pk,
            "held": held.pk,
            "pair": pair.pk,
            "scan": scan.pk,
            "merge": merge.pk,
            "placement": Placement.objects.filter(account=account).get().pk,
        },
    )
