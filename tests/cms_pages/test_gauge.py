"""What the gauge says, for every place where a collection may stand."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cms_pages.gauge import Gauge, State, counted, day_in_words
from donors.campaigns.models import Campaign
from donors.gifts.progress import Progress

FIVE_PAST_TWO = datetime(2027, 6, 12, 12, 5, tzinfo=UTC)  # 14 h 05 in Paris


def gauge(**over: Any) -> Gauge:
    facts: dict[str, Any] = {
        "raised_cents": 1_234_000,
        "pending_cents": 0,
        "goal_cents": 2_000_000,
        "donors": 148,
        "days_left": 12,
        "is_open": True,
        "has_ended": False,
        "computed_at": FIVE_PAST_TWO,
    }
    campaign = Campaign(code="juin", starts_on=date(2027, 6, 1), ends_on=date(2027, 6, 30))
    return Gauge(campaign, Progress(**{**facts, **over}))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_collection_on_its_way_says_its_sum_its_share_its_donors_and_its_days() -> None:
    found = gauge()

    assert plain(f"{found.raised} {found.raised_word} sur {found.goal}") == "12 340 € collectés sur 20 000 €"
    assert plain(found.percent) == "61 % de l’objectif"
    assert plain(found.donors) == "148 donateurs"
    assert plain(found.days) == "12 jours restants"
    assert plain(found.time) == "14 h 05"
    assert found.state == State.OPEN
    assert found.reached == ""
    assert found.bar_cents == 1_234_000


def test_figures_never_break_from_their_words() -> None:
    found = gauge()

    assert all(" " not in text for text in (found.raised, found.goal, found.donors, found.time))


def test_nothing_yet_is_a_sentence_too() -> None:
    found = gauge(raised_cents=0, donors=0)

    assert plain(f"{found.raised} {found.raised_word}") == "0 € collecté"
    assert plain(found.percent) == "0 % de l’objectif"
    assert plain(found.donors) == "0 donateur"
    assert found.bar_cents == 0


@pytest.mark.parametrize(
    ("raised", "percent", "reached"),
    [
        (1_999_999, "99 %", ""),
        (2_000_000, "100 %", "Objectif atteint"),
        (2_000_001, "100 %", "Objectif dépassé"),
        (3_150_000, "157 %", "Objectif dépassé"),
    ],
)
def test_a_hundred_percent_shows_at_the_goal_and_not_before(raised: int, percent: str, reached: str) -> None:
    found = gauge(raised_cents=raised)

    assert plain(found.percent) == f"{percent} de l’objectif"
    assert found.reached == reached
    assert found.bar_cents == min(raised, 2_000_000)


def test_without_a_goal_there_is_a_sum_and_no_bar() -> None:
    found = gauge(goal_cents=None)

    assert found.goal == ""
    assert found.reached == ""
    assert found.bar_cents == 0
    assert plain(found.raised) == "12 340 €"


def test_disputes_that_outweigh_gifts_show_as_nothing_collected() -> None:
    found = gauge(raised_cents=-5000)

    assert plain(f"{found.raised} {found.raised_word}") == "0 € collecté"
    assert plain(found.percent) == "0 % de l’objectif"
    assert found.bar_cents == 0


def test_money_on_its_way_is_named_and_not_in_the_sum() -> None:
    found = gauge(pending_cents=15_000)

    assert plain(found.pending) == "150 € en cours de prélèvement ne sont pas encore comptés."
    assert plain(found.raised) == "12 340 €"


def test_before_the_first_day_it_says_when_it_opens() -> None:
    found = gauge(is_open=False, days_left=30)

    assert found.state == State.BEFORE
    assert plain(found.days) == "ouverture le 1er juin 2027"
    assert plain(found.first_day) == "1er juin 2027"


def test_after_the_last_day_it_says_when_it_ended() -> None:
    found = gauge(is_open=False, has_ended=True, days_left=0)

    assert found.state == State.ENDED
    assert plain(found.days) == "collecte terminée le 30 juin 2027"


def test_the_last_day_is_not_one_day_left() -> None:
    assert gauge(days_left=1).days == "dernier jour"
    assert plain(gauge(days_left=2).days) == "2 jours restants"


def test_the_feed_is_the_campaigns_own() -> None:
    assert gauge().feed == "/api/campaigns/juin/progress.json"


@pytest.mark.parametrize(("number", "text"), [(0, "0 don"), (1, "1 don"), (2, "2 dons"), (148, "148 dons")])
def test_french_counts_the_plural_from_two(number: int, text: str) -> None:
    assert plain(counted(number, "don")) == text


@pytest.mark.parametrize(
    ("day", "text"),
    [(date(2027, 1, 1), "1er janvier 2027"), (date(2027, 8, 11), "11 août 2027")],
)
def test_only_the_first_of_a_month_is_an_ordinal(day: date, text: str) -> None:
    assert plain(day_in_words(day)) == text
