from django.apps import AppConfig


class CampaignConfig(AppConfig):
    name = "campaign"
    label = "campaign"
    verbose_name = "Site"

    def ready(self) -> None:
        from campaign import checks  # noqa: F401  Django registers checks by importing them here
