"""The boxes of forms 2041-RD and 2041-MEC-SD for the body that receives: their words, dates, and articles.

Read from a public reproduction of Cerfa 11580*05 and 16216*03, not from the official PDFs; compare them
before the first real receipt. Art. 978's closed list: BOI-PAT-IFI-40-20-10-50. Checked on 2026-11-22."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from donors.campaigns.categories import OrganisationCategory as Code
from donors.campaigns.models import Organisation
from donors.receipts.wording import day_in_french

GENERAL_INTEREST = (
    "Œuvre ou organisme d’intérêt général ayant un caractère philanthropique, éducatif, scientifique, "
    "social, humanitaire, sportif, familial, culturel ou concourant à la mise en valeur du patrimoine "
    "artistique, à la défense de l’environnement naturel ou à la diffusion de la culture, de la langue et "
    "des connaissances scientifiques françaises"
)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What the form leaves dots for: how it is printed, its column, and how people are told that it lacks."""

    column: str
    printed: Callable[[date | str], str]
    missing: str


@dataclass(frozen=True, kw_only=True)
class CategoryOnForm:
    """One box. `income`, `wealth` and `companies` say whether art. 200, 978 and 238 bis may apply to it.

    `needed` facts must be there before a receipt is issued; `optional` ones are printed where they exist."""

    label: str
    grouped: bool = False
    needed: tuple[Fact, ...] = ()
    optional: tuple[Fact, ...] = ()
    income: bool = True
    wealth: bool = False
    companies: bool = True


def _dated(column: str, words: str, missing: str) -> Fact:
    return Fact(column=column, printed=lambda day: f"{words} {_in_french(day)}", missing=missing)


def _in_french(day: date | str) -> str:
    return day_in_french(day) if isinstance(day, date) else day


_DECREE = _dated(
    "recognised_on", "par décret en date du", "la date du décret de reconnaissance d’utilité publique"
)
_PUBLISHED = _dated(
    "published_on", "publié au Journal officiel du", "la date de publication du décret au Journal officiel"
)
_ORDER = _dated(
    "recognised_on", "par arrêté en date du", "la date de l’arrêté de reconnaissance de la mission"
)
_APPROVAL = _dated("approved_on", "agrément du", "la date de l’agrément")
_WHAT_IT_IS = Fact(
    column="category_detail", printed=_in_french, missing="la précision de la catégorie de l’organisme"
)
_PUBLIC_UTILITY = "Association ou fondation reconnue d’utilité publique"

CATEGORIES: dict[Code, CategoryOnForm] = {
    Code.ASSOCIATION: CategoryOnForm(label="Association loi 1901", grouped=True),
    Code.PUBLIC_UTILITY: CategoryOnForm(label=_PUBLIC_UTILITY, grouped=True, needed=(_DECREE, _PUBLISHED)),
    Code.PUBLIC_UTILITY_FOUNDATION: CategoryOnForm(
        label=_PUBLIC_UTILITY, grouped=True, needed=(_DECREE, _PUBLISHED), wealth=True
    ),
    Code.ALSACE_MOSELLE_MISSION: CategoryOnForm(
        label="Association située dans le département de la Moselle, du Bas-Rhin ou du Haut-Rhin dont la "
        "mission a été reconnue d’utilité publique",
        grouped=True,
        needed=(_ORDER,),
    ),
    Code.UNIVERSITY_FOUNDATION: CategoryOnForm(
        label="Fondation universitaire ou fondation partenariale mentionnées respectivement aux articles "
        "L. 719-12 et L. 719-13 du code de l’éducation",
        grouped=True,
        wealth=True,
    ),
    Code.COMPANY_FOUNDATION: CategoryOnForm(label="Fondation d’entreprise", grouped=True),
    Code.MUSEUM: CategoryOnForm(label="Musée de France", grouped=True),
    Code.FOOD_AID: CategoryOnForm(
        label="Organisme sans but lucratif fournissant gratuitement une aide alimentaire ou des soins "
        "médicaux à des personnes en difficulté ou favorisant leur logement",
        grouped=True,
    ),
    Code.FOREST: CategoryOnForm(
        label="Communes, syndicats intercommunaux ou mixtes de gestion forestière, groupements syndicaux "
        "forestiers visés au f ter du 1 de l’article 200 du CGI",
        grouped=True,
    ),
    Code.OTHER: CategoryOnForm(
        label="Autre organisme d’intérêt général", grouped=True, needed=(_WHAT_IT_IS,)
    ),
    Code.ALSACE_MOSELLE_WORSHIP: CategoryOnForm(
        label="Association cultuelle et établissement public reconnus d’Alsace-Moselle"
    ),
    Code.ENDOWMENT_FUND: CategoryOnForm(label="Fonds de dotation"),
    Code.PRESS_PLURALISM: CategoryOnForm(
        label="Association d’intérêt général exerçant des actions concrètes en faveur du pluralisme de la "
        "presse, par la prise de participations minoritaires, l’octroi de subventions ou encore de prêts "
        "bonifiés à des entreprises de presse"
    ),
    Code.HIGHER_EDUCATION: CategoryOnForm(
        label="Établissement d’enseignement supérieur ou d’enseignement artistique public ou privé, "
        "d’intérêt général, à but non lucratif",
        wealth=True,
    ),
    Code.CONSULAR_SCHOOL: CategoryOnForm(
        label="Établissement d’enseignement supérieur consulaire prévu à l’article L. 711-17 du code de "
        "commerce",
        wealth=True,
    ),
    Code.SME_SUPPORT: CategoryOnForm(
        label="Organisme agréé ayant pour objectif exclusif d’accorder des aides financières ou de fournir "
        "des prestations d’accompagnement à des petites et moyennes entreprises"
    ),
    Code.PERFORMING_ARTS: CategoryOnForm(
        label="Organisme public ou privé dont la gestion est désintéressée et qui a pour activité principale "
        "la présentation au public d’œuvres dramatiques, lyriques, musicales, chorégraphiques, "
        "cinématographiques, audiovisuelles et de cirque ou l’organisation d’expositions d’art contemporain"
    ),
    Code.HERITAGE_FOUNDATION: CategoryOnForm(
        label="Fondation du patrimoine ou fondation ou association reconnue d’utilité publique qui "
        "subventionnent des travaux sur des monuments historiques dans le cadre de conventions prévues aux "
        "articles L. 143-2-1 et L. 143-15 du code du patrimoine",
        optional=(_APPROVAL,),
    ),
    Code.CULTURAL_PROPERTY: CategoryOnForm(
        label="Organisme ayant pour objet la sauvegarde, contre les effets d’un conflit armé, des biens "
        "culturels mentionnés à l’article 1er de la Convention du 14 mai 1954 pour la protection des biens "
        "culturels en cas de conflit armé"
    ),
    Code.RESEARCH: CategoryOnForm(
        label="Établissement de recherche public ou privé, d’intérêt général, à but non lucratif", wealth=True
    ),
    Code.INSERTION_COMPANY: CategoryOnForm(
        label="Entreprise d’insertion ou entreprise de travail temporaire d’insertion (articles L. 5132-5 et "
        "L. 5132-6 du code du travail)",
        income=False,
        wealth=True,
        companies=False,
    ),
    Code.INTERMEDIATE_ASSOCIATION: CategoryOnForm(
        label="Association intermédiaire (article L. 5132-7 du code du travail)",
        wealth=True,
        companies=False,
    ),
    Code.INSERTION_WORKSHOP: CategoryOnForm(
        label="Ateliers et chantiers d’insertion (article L. 5132-15 du code du travail)",
        wealth=True,
        companies=False,
    ),
    Code.ADAPTED_COMPANY: CategoryOnForm(
        label="Entreprises adaptées (article L. 5213-13 du code du travail)",
        income=False,
        wealth=True,
        companies=False,
    ),
    Code.RESEARCH_AGENCY: CategoryOnForm(
        label="Agence nationale de la recherche (ANR)", income=False, wealth=True, companies=False
    ),
    Code.EMPLOYERS_GROUP: CategoryOnForm(
        label="Groupement d’employeurs pour l’insertion et la qualification mentionné à l’article L. 1253-1 "
        "du code du travail",
        income=False,
        wealth=True,
        companies=False,
    ),
    Code.BUSINESS_CREATION: CategoryOnForm(
        label="Association reconnue d’utilité publique de financement et d’accompagnement de la création "
        "et de la reprise d’entreprises",
        wealth=True,
    ),
    Code.EUROPEAN: CategoryOnForm(
        label="Organisme établi dans un État membre de l’Union européenne autre que la France (ou en "
        "Norvège, Islande ou Liechtenstein) poursuivant des objectifs et présentant des caractéristiques "
        "similaires aux organismes précités",
        optional=(_APPROVAL,),
    ),
}


def group_of(code: str) -> str:
    """The heading above the box on the form; empty for a box that stands alone."""
    return GENERAL_INTEREST if CATEGORIES[Code(code)].grouped else ""


def detail_of(organisation: Organisation) -> str:
    """What stands in the place of the form's dots; empty as long as one needed fact is not there."""
    on_form = CATEGORIES[Code(organisation.category)]
    if lacking(organisation):
        return ""
    facts = [(fact, getattr(organisation, fact.column)) for fact in (*on_form.needed, *on_form.optional)]
    return " ".join(fact.printed(value) for fact, value in facts if value)


def lacking(organisation: Organisation) -> list[Fact]:
    """The facts that its category needs and that are not there, in the order of the form."""
    needed = CATEGORIES[Code(organisation.category)].needed
    return [fact for fact in needed if not _clean(getattr(organisation, fact.column))]


def missing_for(code: str) -> list[str]:
    """What this category needs, in French: for whoever sees that its detail is empty."""
    return [fact.missing for fact in CATEGORIES[Code(code)].needed]


def _clean(value: date | str | None) -> date | str | None:
    return value.strip() if isinstance(value, str) else value
