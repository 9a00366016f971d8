"""Text reads at 4.5:1 and what one presses stands out at 3:1, by day and by night (WCAG 1.4.3 and 1.4.11)."""

import re

import pytest

from tests.source import ROOT

TOKENS = (ROOT / "campaign/static/css/tokens.css").read_text()

TEXT = [
    *((ink, ground) for ink in ("ink", "ink-soft", "link") for ground in ("ground", "raised", "tint")),
    ("ink", "sky"),
    ("on-action", "action"),
    ("on-action", "action-hover"),
    ("on-deep", "deep"),
    ("sun", "deep"),
    ("on-sun", "sun"),
    ("good", "good-ground"),
    ("bad", "bad-ground"),
    ("bad", "ground"),
    ("note", "note-ground"),
]
CONTROLS = [
    ("edge", "ground"),
    ("edge", "raised"),
    ("edge", "tint"),
    ("action", "ground"),
    ("action", "raised"),
    ("bar", "bar-ground"),
    ("bar", "raised"),
    ("bar", "tint"),
    ("focus", "ground"),
    ("focus", "raised"),
    ("focus", "tint"),
    ("focus", "sky"),
    ("sun", "deep"),
]


def colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", css))


DAY = colours(TOKENS.split("@media")[0])
NIGHT = DAY | colours(TOKENS.split("@media")[1])
SCHEMES = pytest.mark.parametrize("scheme", [DAY, NIGHT], ids=["day", "night"])


def luminance(colour: str) -> float:
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@SCHEMES
@pytest.mark.parametrize(("ink", "ground"), TEXT, ids=lambda name: str(name))
def test_text_can_be_read(scheme: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(scheme[ink], scheme[ground]) >= 4.5


@SCHEMES
@pytest.mark.parametrize(("edge", "ground"), CONTROLS, ids=lambda name: str(name))
def test_what_one_presses_stands_out(scheme: dict[str, str], edge: str, ground: str) -> None:
    assert contrast(scheme[edge], scheme[ground]) >= 3


def test_colours_are_named_in_one_file_alone() -> None:
    """A style sheet of the public pages asks for a token; black and white on paper are the exception."""
    folder = ROOT / "campaign/static/css"
    others = [
        file for file in folder.glob("*.css") if file.name not in {"tokens.css", "print.css", "office.css"}
    ]

    assert len(others) >= 10
    assert [file.name for file in others if re.search(r"#[0-9a-f]{3,8}\b", file.read_text())] == []
