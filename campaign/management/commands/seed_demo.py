from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from campaign.demo.people import plant_campaign
from campaign.demo.planting import plant_gifts
from cms_pages.demo_pages import plant_pages


class Command(BaseCommand):
    help = "Plant the June campaign: pages, goal, amounts, and past gifts through the pretend Stripe."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--gifts", type=int, default=42, help="how many past visits (default: 42)")
        parser.add_argument(
            "--no-stories", dest="stories", action="store_false", help="no debits, refunds, disputes, months"
        )

    def handle(self, *, gifts: int, stories: bool, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo is planted with DEMO=1 only: this looks like a real site.")
        now = timezone.now()
        campaign = plant_campaign(at=now)
        plant_pages(campaign, at=now)
        plant_gifts(campaign, at=now, count=gifts, stories=stories, tell=self.stdout.write)
