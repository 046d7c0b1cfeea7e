"""Half-life decay as one integer table per half-life, made here once and shared by Python and SQL (S4)."""

from functools import lru_cache

#: 1.0 in a table.
WHOLE = 10_000
#: A table ends after so many half-lives: what is left by then (under 1 %) counts as nothing.
HALF_LIVES = 7


@lru_cache(maxsize=64)
def decay_table(half_life: int) -> tuple[int, ...]:
    """`table[age in whole days]` is 0.5^(age / half_life) in ten-thousandths; older than the table is 0."""
    if half_life < 1:
        raise ValueError("A half-life is at least one day.")
    return tuple(round(WHOLE * 0.5 ** (age / half_life)) for age in range(HALF_LIVES * half_life + 1))


def remaining(half_life: int, age: int) -> int:
    """What is left of a fact of `age` whole days, in ten-thousandths; 0 for the future and beyond the table."""
    table = decay_table(half_life)
    return table[age] if 0 <= age < len(table) else 0
