"""What an organisation may be, as form 2041-RD (Cerfa 11580*05) lists it: one box each."""

from django.db import models


class OrganisationCategory(models.TextChoices):
    """The labels are for the office's menu; what a receipt prints stands in donors/receipts/categories.py.

    `oig_…` are the boxes under "œuvre ou organisme d’intérêt général". The form has one box for associations
    and foundations of public utility; they are apart here because art. 978 knows foundations alone."""

    ASSOCIATION = "oig_association", "Association loi 1901"
    PUBLIC_UTILITY = "oig_rup", "Association reconnue d’utilité publique"
    PUBLIC_UTILITY_FOUNDATION = "oig_rup_foundation", "Fondation reconnue d’utilité publique"
    ALSACE_MOSELLE_MISSION = (
        "oig_rup_alsace_moselle",
        "Association d’Alsace-Moselle dont la mission est reconnue d’utilité publique",
    )
    UNIVERSITY_FOUNDATION = "oig_university_foundation", "Fondation universitaire ou partenariale"
    COMPANY_FOUNDATION = "oig_company_foundation", "Fondation d’entreprise"
    MUSEUM = "oig_museum", "Musée de France"
    FOOD_AID = "oig_food_aid", "Aide alimentaire, soins ou logement de personnes en difficulté"
    FOREST = "oig_forest", "Commune ou syndicat de gestion forestière"
    OTHER = "oig_other", "Autre organisme d’intérêt général (à préciser)"
    ALSACE_MOSELLE_WORSHIP = (
        "alsace_moselle_worship",
        "Association cultuelle ou établissement public d’Alsace-Moselle",
    )
    ENDOWMENT_FUND = "endowment_fund", "Fonds de dotation"
    PRESS_PLURALISM = "press_pluralism", "Association pour le pluralisme de la presse"
    HIGHER_EDUCATION = "higher_education", "Enseignement supérieur ou artistique"
    CONSULAR_SCHOOL = "consular_school", "Enseignement supérieur consulaire"
    SME_SUPPORT = "sme_support", "Organisme agréé d’aide aux PME"
    PERFORMING_ARTS = "performing_arts", "Spectacle vivant ou expositions d’art contemporain"
    HERITAGE_FOUNDATION = "heritage_foundation", "Fondation du patrimoine, monuments historiques"
    CULTURAL_PROPERTY = "cultural_property", "Sauvegarde des biens culturels en cas de conflit armé"
    RESEARCH = "research", "Établissement de recherche"
    INSERTION_COMPANY = "insertion_company", "Entreprise d’insertion, travail temporaire d’insertion"
    INTERMEDIATE_ASSOCIATION = "intermediate_association", "Association intermédiaire"
    INSERTION_WORKSHOP = "insertion_workshop", "Ateliers et chantiers d’insertion"
    ADAPTED_COMPANY = "adapted_company", "Entreprise adaptée"
    RESEARCH_AGENCY = "anr", "Agence nationale de la recherche"
    EMPLOYERS_GROUP = "geiq", "Groupement d’employeurs pour l’insertion (GEIQ)"
    BUSINESS_CREATION = "business_creation", "Association d’aide à la création d’entreprises"
    EUROPEAN = "eu_organism", "Organisme européen"
