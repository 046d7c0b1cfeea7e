"""A closed language of conditions over account facts, for segments, the ICP, clusters and the list's filters.

A condition is JSON: `{"fact": "employees", "op": "gte", "value": 500}`. Account facts only, never score or tier.

    conditions = facts.check([{"fact": "industry", "op": "in", "value": ["Ports"]},
                              {"fact": "won_on", "op": "within", "value": "12 months"}])
    Account.objects.filter(facts.where_all(conditions))
    facts.in_words(conditions[1])                      # "Won within the last 12 months"

Kinds and operators (`kinds.OPERATORS`) and what a value looks like:
  number  gte lte eq ne            500                    between  [100, 500]
  scale   gte lte eq               2 (strength: met)
  choice  in not_in                ["Ports", "Energy"]    eq ne    "Ports"
  set     any all none             ["sap", "grid"]
  text    contains not_contains eq "harbour"
  date    within not_within older  "12 months", "90 days" after before  "2026-07-01"
  flag    is                       true
  window  at_least fewer           {"n": 2, "within": "30 days", "kinds": ["demo_request"]}
  known, unknown take no value.
"""

from accounts.facts.kinds import BARE, MANY, OPERATORS, Condition, Fact, Group, Kind
from accounts.facts.language import (
    check,
    condition,
    fact_of,
    facts,
    in_parts,
    in_words,
    known,
    options_of,
    where,
    where_all,
    where_any,
)
from accounts.facts.registry import FACTS, SEGMENT

__all__ = [
    "BARE",
    "FACTS",
    "MANY",
    "OPERATORS",
    "SEGMENT",
    "Condition",
    "Fact",
    "Group",
    "Kind",
    "check",
    "condition",
    "fact_of",
    "facts",
    "in_parts",
    "in_words",
    "known",
    "options_of",
    "where",
    "where_all",
    "where_any",
]
