"""Where the office enters the Wagtail admin."""

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.admin.viewsets.model import ModelViewSetGroup

from donors.office.alarms import AlarmViewSet
from donors.office.campaigns import CampaignViewSet
from donors.office.dashboard import add_panels
from donors.office.declaration import DeclarationViewSet
from donors.office.events import EventViewSet
from donors.office.gifts import GiftViewSet
from donors.office.incomplete import IncompleteViewSet
from donors.office.monthly import MonthlyViewSet
from donors.office.organisation import OrganisationViewSet
from donors.office.payouts import PayoutViewSet
from donors.office.people import DonorViewSet
from donors.office.protection import ProtectionViewSet
from donors.office.receipts import ReceiptViewSet
from donors.office.register import RegisterViewSet
from donors.office.tax_rules import TaxRulesViewSet
from donors.office.yearly import YearlyViewSet


class TreasuryGroup(ModelViewSetGroup):
    menu_label = "Trésorerie"
    menu_name = "tresorerie"
    menu_icon = "clipboard-list"
    menu_order = 220
    items = (
        AlarmViewSet,
        GiftViewSet,
        MonthlyViewSet,
        DonorViewSet,
        ReceiptViewSet,
        YearlyViewSet,
        IncompleteViewSet,
        RegisterViewSet,
        DeclarationViewSet,
        PayoutViewSet,
        EventViewSet,
        ProtectionViewSet,
        OrganisationViewSet,
        TaxRulesViewSet,
    )


@hooks.register("register_admin_viewset")
def treasury() -> TreasuryGroup:
    return TreasuryGroup()


@hooks.register("register_admin_viewset")
def campaigns() -> CampaignViewSet:
    return CampaignViewSet()


@hooks.register("construct_homepage_panels")
def home_panels(request: HttpRequest, panels: list[Component]) -> None:
    add_panels(request, panels)


@hooks.register("insert_global_admin_css")
def office_css() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/office.css"))
