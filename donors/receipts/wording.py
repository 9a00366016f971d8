"""The words of the forms 2041-RD (persons) and 2041-MEC-SD (companies), for a layout of our own.

It reproduces their mentions. Sources: CGI art. 200-5 and 238 bis-5 bis, arrêté du 26 juin 2008,
BOI-IR-RICI-250-40; checked on 2026-11-22. Which version holds when: `forms.py`."""

from datetime import date
from typing import Any

from donors.gifts.models import Method, Nature

TITLE = (
    "Reçu des dons et versements effectués par les particuliers",
    "au titre des articles 200 et 978 du code général des impôts",
)
COMPANY_TITLE = (
    "Reçu des dons et versements effectués par les entreprises",
    "au titre de l’article 238 bis du code général des impôts",
)
BENEFICIARY = "Organisme bénéficiaire des dons et versements"
RECEIVED = (
    "Le bénéficiaire reconnaît avoir reçu des dons et versements ouvrant droit à réduction d’impôt "
    "d’un montant de (1) :"
)
CERTIFICATION = (
    "Le bénéficiaire certifie sur l’honneur que les dons et versements qu’il reçoit ouvrent droit à la "
    "réduction d’impôt prévue à l’article (2) :"
)
COMPANY_CERTIFICATION = (
    "Le bénéficiaire certifie sur l’honneur que les dons et versements qu’il reçoit ouvrent droit à la "
    "réduction d’impôt prévue à l’article (2) :"
)
FORM_OF_GIFT = "Déclaration de don manuel"
NATURES = {
    Nature.MONEY: "Numéraire",
    Nature.IN_KIND: "Autres : don en nature",
    Nature.WAIVED_EXPENSES: (
        "Frais engagés par les bénévoles, dont ils renoncent expressément au remboursement"
    ),
    Nature.WAIVED_INCOME: "Abandon exprès de revenus ou de produits",
    Nature.SHARES: "Titres de sociétés cotés",
}
PAYMENT_MODES = {
    Method.CARD: "Virement, prélèvement, carte bancaire",
    Method.SEPA: "Virement, prélèvement, carte bancaire",
    Method.TRANSFER: "Virement, prélèvement, carte bancaire",
    Method.CHEQUE: "Chèque",
    Method.CASH: "Remise d’espèces",
    Method.NONE: "",
}
NOTES = (
    "(1) Pour les dons de titres de sociétés cotées et les dons en nature, il s’agit de la valeur du don.",
    "(2) La fraction du montant donné qui ouvre droit pour son auteur à la réduction d’impôt sur la fortune "
    "immobilière prévue à l’article 978 du CGI ne peut ouvrir droit à la réduction d’impôt sur le revenu "
    "prévue à l’article 200 du CGI, et inversement. En application de l’article L. 80 C du livre des "
    "procédures fiscales, l’organisme peut demander à l’administration s’il relève de l’une des catégories "
    "d’organismes mentionnées à l’article 200 du CGI. Le fait de délivrer sciemment des documents permettant "
    "à un contribuable d’obtenir indûment une réduction d’impôt entraîne l’application de l’amende prévue à "
    "l’article 1740 A du CGI.",
    "(3) La réduction d’impôt sur la fortune immobilière ne s’applique qu’aux dons en numéraire et aux dons "
    "en pleine propriété de titres de sociétés cotées.",
)
COMPANY_NOTES = (
    "(1) Pour les dons en nature, il s’agit de la valeur communiquée par l’entreprise donatrice, sous sa "
    "responsabilité ; l’organisme décrit les biens et les services qu’il a reçus et acceptés.",
    "(2) En application de l’article L. 80 C du livre des procédures fiscales, l’organisme peut demander à "
    "l’administration s’il relève de l’une des catégories d’organismes mentionnées à l’article 238 bis du "
    "CGI. Le fait de délivrer sciemment des documents permettant à un contribuable d’obtenir indûment une "
    "réduction d’impôt entraîne l’application de l’amende prévue à l’article 1740 A du CGI.",
)
KICKERS = {
    "gift": "Reçu fiscal",
    "yearly": "Reçu fiscal annuel, cumul des versements",
    "supplementary": "Reçu fiscal complémentaire",
}
# The boxes of form 2041-MEC-SD: all are printed, those that apply are ticked.
COMPANY_MODES = ("Remise d’espèces", "Chèque", "Virement, prélèvement, carte bancaire", "Autre")
DESCRIBED_BELOW = "décrits page 2, dans le détail des versements"
SPECIMEN = "SPÉCIMEN – aucun argent réel, sans valeur fiscale"

_MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def day_in_french(day: date) -> str:
    """ "1er juin 2027", the same in every process whatever language is active."""
    ordinal = "1er" if day.day == 1 else str(day.day)
    return f"{ordinal} {_MONTHS[day.month - 1]} {day.year}"


def days_in_french(gift: dict[str, Any]) -> str:
    """The day of the frozen gift, or its first and last day: "du 5 janvier 2027 au 5 décembre 2027"."""
    if gift["paid_on"]:
        return day_in_french(date.fromisoformat(gift["paid_on"]))
    first, last = (day_in_french(date.fromisoformat(gift["period"][end])) for end in ("from", "to"))
    return f"du {first} au {last}"
