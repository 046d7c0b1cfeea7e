"""Fit, overlap and groups as plain functions, with figures worked out by hand."""

from accounts.clusters.fit import better_elsewhere, fit_of, profile_of
from accounts.clusters.grouping import Candidate, draft, sentence, suggest, title
from accounts.clusters.overlap import Stated, loads, overlaps
from accounts.clusters.traits import Traits, band_of


def grid(number: int, **facts: object) -> Traits:
    given = {"tags": frozenset({"tender"}), "industry": "Energy", "country": "Norway", "band": 2}
    return Traits(account=number, name=f"Grid {number}", **given | facts)  # type: ignore[arg-type]


def test_size_bands_begin_where_they_say() -> None:
    assert [band_of(n) for n in (None, 0, 1, 49, 50, 999, 1000, 10_000)] == [None, None, 0, 0, 1, 2, 3, 5]


def test_who_is_like_all_others_has_100_and_unknown_stays_out_of_the_sum() -> None:
    members = [grid(n) for n in range(4)]
    profile = profile_of(members, "tender")
    assert fit_of(members[0], profile, member=True).value == 100
    dark = Traits(account=9, industry="Energy")
    found = fit_of(dark, profile, member=False)
    assert (found.value, found.known, found.outlier) == (100, 20, False)
    assert fit_of(Traits(account=10), profile, member=False).value is None


def test_the_weights_add_up_by_hand() -> None:
    profile = profile_of([grid(0), grid(1), grid(2, country="Sweden"), grid(3, band=3)], "tender")
    odd = grid(7, tags=frozenset({"scrap"}), country="Sweden", band=3)
    found = fit_of(odd, profile, member=False)
    # problem 0 of 40, industry 1 of 20, place 1/4 of 15, size (1 + 3/2) / 4 of 10; technology is not known
    assert (found.value, found.known) == (round(100 * (20 + 3.75 + 6.25) / 85), 85)
    assert [reason.points for reason in found.reasons] == [0, 20, 4, 6]
    assert found.says.startswith("not tender but scrap; Energy (4 of 4)")


def test_a_member_is_not_compared_with_itself() -> None:
    members = [grid(0), grid(1), grid(2), Traits(5, "Odd", frozenset({"scrap"}), industry="Retail", country="Spain")]
    found = fit_of(members[3], profile_of(members, "tender"), member=True)
    assert (found.value, found.outlier) == (0, True)
    assert fit_of(members[0], profile_of(members, "tender"), member=True).outlier is False
    shops = profile_of([Traits(8, industry="Retail", country="Spain", tags=frozenset({"scrap"}))], "scrap")
    assert better_elsewhere(members[3], found, [("Shops", shops)]) == ("Shops", 100)
    assert (
        better_elsewhere(members[0], fit_of(members[0], profile_of(members), member=True), [("Shops", shops)]) is None
    )


def test_technology_is_held_against_what_most_others_run() -> None:
    others = [grid(n, technologies=frozenset({"SAP", f"own {n}"})) for n in range(3)]
    found = fit_of(grid(9, technologies=frozenset({"SAP"})), profile_of(others), member=False)
    assert next(reason for reason in found.reasons if reason.attribute == "technology").likeness == 1
    without = fit_of(grid(9, technologies=frozenset({"Excel"})), profile_of(others), member=False)
    assert "without SAP" in without.says


def test_overlap_is_the_same_tag_or_nearly_the_same_words() -> None:
    one = Stated(1, "A", "Three tenders fall due in one quarter, nobody can plan them.", "tender", owner=5)
    same = Stated(2, "B", "Nobody can plan them: three tenders fall due in one quarter.", "", owner=5)
    tagged = Stated(3, "C", "Something else entirely is going on here.", "TENDER", owner=5, frozen=True)
    other = Stated(4, "D", "Scrap eats the margin in every plant.", "scrap")
    found = {(pair.one.name, pair.other.name) for pair in overlaps([one, same, tagged, other])}
    assert found == {("A", "B"), ("A", "C")}
    assert loads([one, same, tagged, other]) == {5: 2}


def test_groups_share_no_member_and_a_problem_goes_before_mere_likeness() -> None:
    pool = [Candidate(grid(n), rank=0, why="waits") for n in range(6)]
    pool += [Candidate(Traits(20 + n, industry="Retail", country="Spain"), rank=0) for n in range(9)]
    pool += [Candidate(Traits(40 + n, tags=frozenset({"rare"}))) for n in range(4)]
    groups = suggest(pool)
    assert [(group.problem, len(group.members)) for group in groups] == [("tender", 6), ("", 9)]
    assert groups[0].waiting == 6
    assert sentence(groups[0]).startswith("All 6 name the problem “tender”")
    assert draft(groups[0]).endswith("all name the same problem: tender.")
    assert (draft(groups[1]), title(groups[1])) == ("", "Retail, Spain")


def test_who_waits_comes_first_and_no_group_is_larger_than_fifteen() -> None:
    pool = [Candidate(grid(n), rank=3) for n in range(20)] + [Candidate(grid(100 + n), rank=0) for n in range(3)]
    group = suggest(pool, most=1)[0]
    assert (len(group.members), group.spare) == (15, 8)
    assert [one.traits.account for one in group.members[:3]] == [100, 101, 102]
    assert len(group.picked) == 10


def test_fewer_than_five_make_no_group() -> None:
    assert suggest([Candidate(grid(n)) for n in range(4)]) == []
