"""The demo's story: the same seed and day tell the same; the figures that the issue names; invented domains only."""

from datetime import date

from abxsite.desk.demo import files
from abxsite.desk.demo.load import review_days
from abxsite.desk.demo.story import tell

REPS = {"Nordics": ["a@x.example", "b@x.example"], "DACH": ["c@x.example"], "West": ["d@x.example"]}
DAY = date(2026, 11, 21)


def test_the_same_seed_tells_the_same_story() -> None:
    first, again = (tell(seed=20, today=DAY, reps=REPS) for _ in range(2))
    assert files.accounts_csv(first, DAY).getvalue() == files.accounts_csv(again, DAY).getvalue()
    assert files.contacts_csv(first).getvalue() == files.contacts_csv(again).getvalue()
    assert files.opportunities_csv(first, DAY).getvalue() == files.opportunities_csv(again, DAY).getvalue()
    assert files.signals_csv(first, None, DAY).getvalue() == files.signals_csv(again, None, DAY).getvalue()
    other = tell(seed=21, today=DAY, reps=REPS)
    assert files.accounts_csv(other, DAY).getvalue() != files.accounts_csv(first, DAY).getvalue()


def test_the_story_has_the_size_that_it_should() -> None:
    story = tell(seed=20, today=DAY, reps=REPS)
    assert (len(story.companies), len(story.people)) == (600, 3000)
    assert len({company.industry for company in story.companies}) == 6
    assert len({company.country for company in story.companies}) == 5
    assert len({company.domain for company in story.companies}) == 600
    assert all(company.domain.endswith(".example") for company in story.companies)
    assert 20 <= sum(bool(company.parent) for company in story.companies) <= 30
    oldest = min(deal.opened for deal in story.deals)
    assert 700 <= (DAY - oldest).days <= 730
    assert all(sighting.on <= DAY for sighting in story.sightings)


def test_an_export_holds_only_what_had_happened_by_its_day() -> None:
    story = tell(seed=20, today=DAY, reps=REPS)
    past = date(2026, 5, 1)
    lines = files.opportunities_csv(story, past).getvalue().decode().splitlines()[1:]
    assert len(lines) == sum(deal.opened <= past for deal in story.deals)
    later = [deal for deal in story.deals if deal.opened <= past < deal.closes]
    shown = {line.split(",")[0]: line for line in lines}
    assert later
    assert all("Closed" not in shown[deal.key] for deal in later)


def test_the_three_reviews_open_in_three_quarters() -> None:
    for month in range(1, 13):
        for day in (1, 6, 7, 15, 28):
            days = review_days(date(2026, month, day))
            assert len({(d.year, (d.month - 1) // 3) for d in days}) == 3
