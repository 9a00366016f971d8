"""An icon that Wagtail does not have leaves an empty circle where a button was to say something."""

import re
from pathlib import Path

import wagtail.admin

from tests.source import ROOT

ICONS = Path(wagtail.admin.__file__).parent / "templates/wagtailadmin/icons"
NAMED = re.compile(r'(?:icon|icon_name|header_icon|menu_icon) ?= ?"([a-z0-9-]+)"')


def test_every_icon_that_the_office_names_is_one_of_wagtails() -> None:
    sources = [*(ROOT / "donors/office").glob("*.py"), ROOT / "donors/wagtail_hooks.py"]
    named = {name for source in sources for name in NAMED.findall(source.read_text("utf-8"))}

    assert "arrow-left" in named
    assert {name for name in named if not (ICONS / f"{name}.svg").exists()} == set()
