from typing import Self

from wagtail.query import PageQuerySet


class CampaignPageQuerySet(PageQuerySet):
    def complete(self) -> Self:
        """With what every rendering needs, in the same query."""
        found: Self = self.select_related("campaign", "picture")
        return found

    def of_campaign(self, code: str) -> Self:
        found: Self = self.filter(campaign__code=code)
        return found
