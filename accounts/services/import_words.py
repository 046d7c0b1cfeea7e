"""Words of a source that people gave a meaning: stages, kinds of deal, tiers; remembered whatever the columns are."""

from collections.abc import Mapping
from typing import Any

from abxsite.lib import clock
from accounts.choices import ImportKind
from accounts.imports import tier_column
from accounts.models import ImportJob, ImportWord

STAGE, TYPE, TIER = "stage", "type", "tier"
LONGEST = 120


def remember_words(job: ImportJob, options: Mapping[str, Any]) -> None:
    """What was answered for this file holds for the next one of its source."""
    said = [(STAGE, word, meaning) for word, meaning in options.get("stages", {}).items()]
    for about, words in options.get("words", {}).items():
        said += [(about, word, meaning) for word, meaning in words.items()]
    moment = clock.now()
    rows = {
        (about, word.strip().lower()): ImportWord(
            source=job.source, about=about, word=word.strip().lower()[:LONGEST], meaning=meaning, used_at=moment
        )
        for about, word, meaning in said
        if word.strip()
    }
    ImportWord.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["source", "about", "word"],
        update_fields=["meaning", "used_at"],
    )  # fmt: skip


def with_known_words(job: ImportJob, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options with what this source's words have meant before, where this file's answers say nothing else."""
    known: dict[str, dict[str, str]] = {STAGE: {}, TYPE: {}, TIER: {}}
    for about, word, meaning in ImportWord.objects.filter(source=job.source).values_list("about", "word", "meaning"):
        known.setdefault(about, {})[word] = meaning
    found = dict(options)
    if job.kind == ImportKind.OPPORTUNITIES:
        said = {word.strip().lower() for word in found.get("stages", {})}
        stages = {word: meaning for word, meaning in known[STAGE].items() if word not in said}
        found["stages"] = stages | found.get("stages", {})
        found["words"] = _over(found, TYPE, known[TYPE])
    if job.kind == ImportKind.ACCOUNTS and known[TIER]:
        in_use = {key for key, _ in tier_column.tiers()} | {""}
        found["words"] = _over(found, TIER, {w: key for w, key in known[TIER].items() if key in in_use})
    return found


def _over(options: Mapping[str, Any], about: str, known: Mapping[str, str]) -> dict[str, dict[str, str]]:
    words = dict(options.get("words", {}))
    return words | {about: dict(known) | words.get(about, {})}
