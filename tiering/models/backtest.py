"""Backtests: deals of the past, each scored as of the day it was opened, by one version or two."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from abxsite.lib import clock
from abxsite.lib.jobs import Job
from abxsite.users.models import User
from accounts.models import Account, Opportunity
from tiering.models.scorecard import Scorecard


class Backtest(Job):
    """The closed deals opened in [since, until] under `scorecard`, and under `against` where a second is given.

    `progress` holds the side and the day that are done; `total` and `done` count days of deals over both sides.
    `result` is `tiering.backtest.result.Result` as JSON once it has ended.
    """

    task: ClassVar[str] = "tiering.run_backtest"

    scorecard = models.ForeignKey(Scorecard, models.CASCADE, related_name="backtests")
    against = models.ForeignKey(Scorecard, models.CASCADE, null=True, blank=True, related_name="+")
    since = models.DateField()
    until = models.DateField()
    with_renewals = models.BooleanField(default=False)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    progress = models.JSONField(default=dict, blank=True)
    result = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="backtest_in_order"),
            models.CheckConstraint(
                condition=Q(against__isnull=True) | ~Q(against=F("scorecard")), name="backtest_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"Backtest {self.pk} of {self.scorecard}"

    @property
    def sides(self) -> list[Scorecard]:
        return [self.scorecard, self.against] if self.against is not None else [self.scorecard]


class BacktestDeal(models.Model):
    """A deal with the points that its account had on its opening day; `side` 1 is the second version.

    `total`, `coverage` and `tier` (a place from the top, NULL off the list) are filled when all points are in.
    `arrived_on` is the day from which the account's firmographics are known to this workspace. Deals and accounts that
    are deleted later leave their row here: no constraint holds them, and none slows their deletion.
    """

    backtest = models.ForeignKey(Backtest, models.CASCADE, related_name="deals", db_index=False)
    side = models.PositiveSmallIntegerField(default=0)
    opportunity = models.ForeignKey(
        Opportunity, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    account = models.ForeignKey(Account, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False)
    opened_on = models.DateField()
    arrived_on = models.DateField(default=clock.today)
    won = models.BooleanField()
    amount = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    days = models.IntegerField(null=True)
    points = ArrayField(models.IntegerField(null=True))
    potential = models.BigIntegerField(null=True)
    total = models.IntegerField(null=True)
    coverage = models.SmallIntegerField(null=True)
    tier = models.SmallIntegerField(null=True)

    class Meta:
        constraints = [
            # what a batch that is done again finds done, and the deals of one side
            models.UniqueConstraint(fields=["backtest", "side", "opportunity"], name="backtest_deal_once"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} in {self.backtest_id}"
