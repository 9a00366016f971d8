"""French tax law on gifts, as rows: rates, ceilings, windows. A change is a new row; past rows stay.

Amounts are cents. The sums are in `reduction.py` and `counterpart.py`; nothing else knows a rate."""

from datetime import date

from donors.receipts.tax.law import CompanyBase, Counterpart, Rule, TaxRegime

CHECKED_ON = date(2026, 11, 22)

_GENERAL = Rule(
    regime=TaxRegime.GENERAL,
    starts_on=date(2005, 1, 1),
    rate_percent=66,
    beyond_percent=66,
    income_percent=20,
    source="CGI art. 200-1 ; ce qui dépasse 20 % du revenu imposable est reporté sur cinq ans",
    checked_on=CHECKED_ON,
)

_OF_THE_YEAR = "CGI art. 200-1 ter, plafond indexé de l’année"
_AID = tuple(
    Rule(
        regime=TaxRegime.AID,
        starts_on=starts_on,
        rate_percent=75,
        ceiling_cents=ceiling_cents,
        beyond_percent=66,
        income_percent=20,
        source=source,
        checked_on=CHECKED_ON,
    )
    for starts_on, ceiling_cents, source in (
        (date(2012, 1, 1), 52_100, _OF_THE_YEAR),
        (date(2014, 1, 1), 52_600, _OF_THE_YEAR),
        (date(2015, 1, 1), 52_900, _OF_THE_YEAR),
        (date(2016, 1, 1), 53_000, _OF_THE_YEAR),
        (date(2017, 1, 1), 53_100, _OF_THE_YEAR),
        (date(2018, 1, 1), 53_700, _OF_THE_YEAR),
        (date(2019, 1, 1), 54_600, "CGI art. 200-1 ter ; décret 2020-897"),
        (
            date(2020, 1, 1),
            100_000,
            "CGI art. 200-1 ter ; loi 2020-473 art. 14, rendue permanente par la loi 2025-127 art. 6",
        ),
        (
            date(2025, 10, 14),
            200_000,
            "CGI art. 200-1 ter ; loi 2026-103 art. 28, pour les dons faits dès le 14 octobre 2025",
        ),
    )
)

# Rules that held for a time and for the bodies that a law named. None is a regime of our organisations.
_SPECIAL = tuple(
    Rule(
        regime=regime,
        starts_on=starts_on,
        ends_on=ends_on,
        rate_percent=75,
        ceiling_cents=ceiling_cents,
        beyond_percent=66,
        income_percent=20,
        source=source,
        checked_on=CHECKED_ON,
        doubt=doubt,
    )
    for regime, starts_on, ends_on, ceiling_cents, source, doubt in (
        (
            TaxRegime.NOTRE_DAME,
            date(2019, 4, 16),
            date(2019, 12, 31),
            100_000,
            "CGI art. 200 ; loi 2019-803 art. 5",
            "",
        ),
        (TaxRegime.WORSHIP, date(2021, 6, 2), date(2021, 12, 31), 55_400, "CGI art. 200 ; loi 2021-1109", ""),
        (TaxRegime.WORSHIP, date(2022, 1, 1), date(2022, 12, 31), 56_200, "CGI art. 200 ; loi 2021-1109", ""),
        (
            TaxRegime.RELIGIOUS_HERITAGE,
            date(2023, 9, 15),
            date(2025, 12, 31),
            100_000,
            "CGI art. 200 ; loi 2023-1322 art. 30, Fondation du patrimoine seule, hors des autres limites",
            "",
        ),
        (
            TaxRegime.MAYOTTE,
            date(2024, 12, 17),
            date(2025, 5, 17),
            100_000,
            "CGI art. 200 ; annonce de décembre 2024, organismes d’utilité publique présents à Mayotte",
            "Le texte définitif du régime de Mayotte n’a pas été vérifié.",
        ),
        (
            TaxRegime.VIOLENCE_VICTIMS,
            date(2025, 2, 15),
            date(2025, 10, 13),
            100_000,
            "CGI art. 200-1 ter ; loi 2025-127 art. 5, dans le plafond de l’aide aux personnes en difficulté",
            "",
        ),
        (
            TaxRegime.VIOLENCE_VICTIMS,
            date(2025, 10, 14),
            None,
            200_000,
            "CGI art. 200-1 ter ; loi 2025-127 art. 5 et loi 2026-103 art. 28, dans le même plafond",
            "",
        ),
    )
)

# Keyed on the closing of the financial year.
_COMPANIES = (
    Rule(
        regime=TaxRegime.COMPANY,
        starts_on=date(2019, 12, 31),
        rate_percent=60,
        beyond_percent=60,
        source="CGI art. 238 bis",
        checked_on=CHECKED_ON,
    ),
    Rule(
        regime=TaxRegime.COMPANY,
        starts_on=date(2020, 12, 31),
        rate_percent=60,
        ceiling_cents=200_000_000,
        beyond_percent=40,
        source="CGI art. 238 bis ; 40 % pour la part des dons de l’exercice au-delà de 2 M€",
        checked_on=CHECKED_ON,
    ),
    Rule(
        regime=TaxRegime.COMPANY_AID,
        starts_on=date(2019, 12, 31),
        rate_percent=60,
        beyond_percent=60,
        source="CGI art. 238 bis ; 60 % sans limite pour l’aide gratuite aux personnes en difficulté",
        checked_on=CHECKED_ON,
    ),
)

_WEALTH = Rule(
    regime=TaxRegime.WEALTH,
    starts_on=date(2018, 1, 1),
    rate_percent=75,
    beyond_percent=75,
    most_cents=5_000_000,
    source="CGI art. 978 ; dons en numéraire et titres cotés aux seuls organismes de la liste de l’article",
    checked_on=CHECKED_ON,
)

RULES: tuple[Rule, ...] = (_GENERAL, *_AID, *_SPECIAL, *_COMPANIES, _WEALTH)

COMPANY_BASES: tuple[CompanyBase, ...] = (
    CompanyBase(
        starts_on=date(2019, 12, 31),
        base_cents=1_000_000,
        turnover_per_thousand=5,
        source="CGI art. 238 bis, exercices clos du 31 décembre 2019 au 30 décembre 2020",
        checked_on=CHECKED_ON,
    ),
    CompanyBase(
        starts_on=date(2020, 12, 31),
        base_cents=2_000_000,
        turnover_per_thousand=5,
        source="CGI art. 238 bis, exercices clos dès le 31 décembre 2020 ; excédent reporté sur cinq ans",
        checked_on=CHECKED_ON,
    ),
)

_COUNTERPART_SOURCE = "CGI art. 200 ; BOI-IR-RICI-250-20 ; seuil révisé tous les cinq ans"
COUNTERPARTS: tuple[Counterpart, ...] = tuple(
    Counterpart(
        starts_on=starts_on,
        share_percent=25,
        yearly_cents=yearly_cents,
        source=_COUNTERPART_SOURCE,
        checked_on=CHECKED_ON,
        doubt=doubt,
    )
    for starts_on, yearly_cents, doubt in (
        (date(2011, 1, 1), 6_500, ""),
        (date(2016, 1, 1), 6_900, ""),
        (date(2021, 1, 1), 7_300, ""),
        (
            date(2026, 1, 1),
            7_300,
            "Le seuil annuel des contreparties pour 2026 à 2030 n’a pas été trouvé : celui de 2021 à "
            "2025 est appliqué.",
        ),
    )
)
