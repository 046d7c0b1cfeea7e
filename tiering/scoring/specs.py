"""From the database's criteria to the engine's, and the hash under which points are stored."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from tiering.engine.configs import parse_config
from tiering.engine.types import CriterionSpec, Policy, Typical
from tiering.models import Criterion, Run


def spec_of(criterion: Criterion) -> CriterionSpec:
    return CriterionSpec(
        key=criterion.key,
        family=criterion.family,
        weight=criterion.weight,
        unknown=Policy(criterion.unknown),
        config=parse_config(criterion.kind, criterion.key, criterion.config),
    )


def specs_of(criteria: Sequence[Criterion]) -> list[CriterionSpec]:
    return [spec_of(criterion) for criterion in criteria]


def definition_of(kind: str, key: str, config: dict[str, Any]) -> str:
    """Hash of what gives points: kind and config, and the key where people judge under it."""
    judged = key if kind == "judgement" else ""
    text = json.dumps([kind, judged, config], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def typical_of_run(run: Run) -> Typical:
    return Typical(points=tuple(run.typical), known=tuple(run.known), dataless=tuple(run.dataless))
