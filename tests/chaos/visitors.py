"""Donors who do what donors do: pay, are refused, walk away, come back, click twice."""

import html
import random
import re
import time
from dataclasses import dataclass
from typing import Any

import requests

from tests.chaos.site import Site

ONCE = ["card", "card", "card", "challenge_passed", "declined_then_card", "walk_away", "sepa", "sepa", "iban"]
MONTHLY = ["card", "card", "sepa", "card_declined"]
# Settles; settles late; is refused; is refused late; is disputed; no money on the account.
IBANS = [
    "FR1420041010050500013M02606",
    "FR3020041010050500013M02609",
    "FR8420041010050500013M02607",
    "FR7920041010050500013M02600",
    "FR5720041010050500013M02608",
    "FR9720041010050000002222227",
]
TRIES = 8


@dataclass(frozen=True)
class Visit:
    """One donor's visit, drawn from the seed."""

    number: int
    frequency: str
    cents: int
    outcome: str
    comes_back: bool
    clicks_twice: bool
    iban: str


def draw_visits(count: int, dice: random.Random) -> list[Visit]:
    return [_draw(number, dice) for number in range(count)]


def _draw(number: int, dice: random.Random) -> Visit:
    monthly = dice.random() < 0.15
    return Visit(
        number=number,
        frequency="monthly" if monthly else "once",
        cents=dice.randrange(500, 30_000),
        outcome=dice.choice(MONTHLY if monthly else ONCE),
        comes_back=dice.random() < 0.7,
        clicks_twice=dice.random() < 0.1,
        iban=dice.choice(IBANS),
    )


def make_visit(site: Site, visit: Visit) -> str:
    """Answers how it ended: paid, left, or what kept the donor from getting through."""
    browser = requests.Session()
    address = f"{site.url}/don/juin/"
    page = _patiently(browser, "GET", address)
    if page is None:
        return "no form"
    time.sleep(3.2)  # nobody fills in a form faster, and the form knows
    answer = None
    for _ in range(2 if visit.clicks_twice else 1):
        answer = _patiently(
            browser, "POST", address, data=_typed(visit, page.text), headers={"Referer": address}
        )
    if answer is None or answer.status_code != 303:
        return "no payment page"
    back = _pay(browser, answer.headers["Location"], visit)
    if back and visit.comes_back:
        _patiently(browser, "GET", back)
    return "paid" if back else "left"


def _typed(visit: Visit, page: str) -> dict[str, str]:
    hidden = re.findall(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)
    return {
        **{name: html.unescape(value) for name, value in hidden},
        "frequency": visit.frequency,
        "amount": "other",
        "other_amount": f"{visit.cents // 100},{visit.cents % 100:02d}",
        "email": f"donateur.{visit.number}@example.org",
        "first_name": "Amina",
        "last_name": f"Visite {visit.number}",
        "wants_receipt": "on",
        "street": "3 cours de l’Yser",
        "postcode": "33800",
        "city": "Bordeaux",
        "country": "FR",
    }


def _pay(browser: requests.Session, pay_page: str, visit: Visit) -> str:
    """The address that the pay page leads to, or nothing for who walked away."""
    steps: list[dict[str, str]] = {
        "declined_then_card": [{"outcome": "card_declined"}, {"outcome": "card"}],
        "iban": [{"outcome": "sepa", "iban": visit.iban}],
        "card_declined": [{"outcome": "card_declined"}],
    }.get(visit.outcome, [{"outcome": visit.outcome}])
    back = ""
    for step in steps:
        answer = _patiently(browser, "POST", pay_page, data=step)
        if answer is None:
            return ""
        if answer.status_code == 303 and visit.outcome != "walk_away":
            back = answer.headers["Location"]
    return back


def _patiently(browser: requests.Session, method: str, address: str, **sent: Any) -> requests.Response | None:
    """As people do: try again when the site stumbles, and give up in the end."""
    for _ in range(TRIES):
        try:
            answer = browser.request(method, address, allow_redirects=False, timeout=60, **sent)
        except (requests.ConnectionError, requests.Timeout):
            time.sleep(0.5)
            continue
        if answer.status_code not in {429, 500, 502, 503}:
            return answer
        time.sleep(0.5)
    return None
