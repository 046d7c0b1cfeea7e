"""Tiers, settings, scorecards, runs, scores, standings, proposals, moves, holds and placements."""

from tiering.models.backtest import Backtest, BacktestDeal
from tiering.models.icp import IcpRule, IcpSummary
from tiering.models.placement import Hold, Placement, PlacementOutbox
from tiering.models.proposal import Move, Proposal
from tiering.models.quality import QualitySummary
from tiering.models.run import Run, RunMark, RunPart, Score, Standing
from tiering.models.scorecard import Criterion, Scorecard
from tiering.models.tier import Cap, Tier, WorkspaceSettings

__all__ = [
    "Backtest",
    "BacktestDeal",
    "Cap",
    "Criterion",
    "Hold",
    "IcpRule",
    "IcpSummary",
    "Move",
    "Placement",
    "PlacementOutbox",
    "Proposal",
    "QualitySummary",
    "Run",
    "RunMark",
    "RunPart",
    "Score",
    "Scorecard",
    "Standing",
    "Tier",
    "WorkspaceSettings",
]
