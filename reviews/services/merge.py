"""Two accounts become one: moves that wait for the tombstone are withdrawn; its verdicts stay on record."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime

from abxsite.users.models import User
from accounts.models import Account
from reviews.choices import LIVE
from tiering.choices import OPEN_MOVES, MoveState
from tiering.models import Move
from tiering.services.placements import current_base


class MoveMerge:
    """Registered with accounts.merge_handlers. `done`: the moves withdrawn, each with the state that it was in."""

    def preview(self, *, survivor: Account, loser: Account) -> list[str]:
        told = []
        for move in _waiting(loser):
            told.append(f"The move of {loser.name} to {move.to_tier or 'Off list'} that waits is withdrawn.")
        if current_base(survivor) is None and current_base(loser) is not None:
            for move in _waiting(survivor):
                told.append(f"The move of {survivor.name} to {move.to_tier or 'Off list'} that waits is withdrawn.")
        return told

    def merge(self, *, actor: User | None, survivor: Account, loser: Account, moment: datetime) -> dict[str, Any]:
        """A survivor that took over a seat is not where its own move would start: that one goes too."""
        moves = list(_waiting(loser))
        for move in _waiting(survivor):
            held = current_base(survivor)
            if (held.tier_id if held else None) != move.from_tier_id:
                moves.append(move)
        done = {"at": moment.isoformat(), "moves": [[move.pk, move.state] for move in moves]}
        sentence = f"{loser.name} was merged into {survivor.name}"
        Move.objects.filter(pk__in=[move.pk for move in moves]).update(
            state=MoveState.WITHDRAWN, settled_at=moment, deck_sentence=sentence[:400]
        )
        return done

    def undo(
        self, *, actor: User | None, survivor: Account, loser: Account, done: dict[str, Any], moment: datetime
    ) -> list[str]:
        left = []
        at = parse_datetime(done.get("at", ""))
        for pk, state in done.get("moves", []):
            move = (
                Move.objects.filter(pk=pk, state=MoveState.WITHDRAWN, settled_at=at).select_related("account").first()
            )
            if move is None:
                continue
            if not _returns(move):
                left.append(f"The move of {move.account.name} stays withdrawn: its review has ended, or another waits.")
                continue
            with transaction.atomic():
                move.state, move.settled_at, move.deck_sentence = state, None, ""
                move.save(update_fields=("state", "settled_at", "deck_sentence"))
        return left


def _waiting(account: Account) -> Any:
    return Move.objects.waiting().filter(account=account).select_related("to_tier").defer("evidence").order_by("pk")


def _returns(move: Move) -> bool:
    live = Move.objects.filter(pk=move.pk, proposal__cycle__status__in=LIVE).exists()
    other = Move.objects.filter(account=move.account_id, state__in=OPEN_MOVES).exists()
    return live and not other
