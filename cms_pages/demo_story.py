"""The June campaign in the demo: what it says, block by block. The facts are those of June 2017; words,
testimony and amounts are ours, and the page says which."""

from typing import Any

from wagtail.images.models import Image

from cms_pages.gauge import day_in_words
from donors.campaigns.models import Campaign

TITLE = "Aux Aubiers, apprenons à nous servir d’Internet. Ensemble."
LEAD = (
    "À Bordeaux, une quinzaine de bénévoles accompagnent leurs voisins pas à pas : allumer un ordinateur, "
    "écrire un courriel, faire une démarche en ligne. En juin, donnez-leur les moyens de continuer."
)
PICTURE_ALT = (
    "Dessin : une femme aux cheveux blancs et un bénévole à lunettes, côte à côte devant un ordinateur ; "
    "derrière eux, les platanes et les tours des Aubiers, reliées par un fil jaune."
)
DRAWN = "Dessin fait pour ce site"

INTRODUCTION = """
<p>Prendre rendez-vous chez le médecin, déclarer ses revenus, suivre la scolarité d’un enfant,
chercher du travail : presque tout passe désormais par un écran. Quand on n’a pas d’ordinateur, pas
de connexion, ou que personne ne nous a montré comment faire, chaque formulaire devient un mur.</p>
<p>Ce mur n’est pas une question d’âge ni de volonté. Il tombe dès que quelqu’un s’assoit à côté de
vous et prend le temps.</p>
"""
PLACE = """
<p>C’est ce que fait Emmaüs Connect au cœur du quartier des Aubiers, à Bordeaux. Le lieu a été
inauguré le <b>8 juin 2017</b>, trois mois après l’ouverture de ses portes. Une quinzaine de
bénévoles s’y relaient, et une centaine de personnes y ont déjà été accompagnées.</p>
"""
ACTIVITIES = """
<ul>
<li><b>Les ateliers d’initiation</b> : tenir une souris, créer une adresse e-mail, reconnaître un
message douteux.</li>
<li><b>Les ateliers de renforcement</b> : chercher, comparer, remplir un dossier, ranger ses
documents.</li>
<li><b>Les permanences connectées</b> : venir avec une question ou un courrier, et repartir avec la
démarche faite.</li>
</ul>
"""
GOAL = """
<p>L’objectif du lieu : que <b>plus de 1 000 personnes</b> soient à l’aise en ligne, sans aide,
d’ici à 2018. Pour y arriver, il faut des équipements, des connexions et des heures d’ateliers.
C’est pourquoi la collecte de juin s’adresse à vous, surtout si vous n’avez encore jamais donné :
<b>20 000 euros</b> à réunir en un mois.</p>
<p>Chaque don est utilisé, que l’objectif soit atteint ou non. S’il est dépassé, le surplus paie
d’autres ateliers, ici, aux Aubiers.</p>
"""
WIFI = """
<p>Apprendre ne suffit pas s’il faut ensuite renoncer faute d’abonnement. Pendant les ateliers, on
repère donc ensemble, sur une carte, les points de wifi gratuits de la ville : la place, la
bibliothèque, la mairie de quartier. De quoi rester en ligne une fois rentré chez soi.</p>
"""
RECEIPT = """
<p>Le formulaire tient sur une page, sans compte à créer. Vous payez sur la page sécurisée de
Stripe. Si vous le souhaitez, votre reçu fiscal arrive aussitôt par e-mail : il vous permet de
déduire une partie de votre don de votre impôt, si vous en payez.</p>
"""


def june_story(campaign: Campaign, *, atelier: Image, wifi: Image) -> list[tuple[str, Any]]:
    """The blocks of the campaign's page, in order."""
    return [
        ("text", INTRODUCTION),
        ("figures", _figures()),
        ("heading", "Un lieu ouvert au pied des tours"),
        ("text", PLACE),
        (
            "picture",
            {
                "image": atelier,
                "alt": "Dessin : trois personnes souriantes, chacune à son ordinateur, reliées par un fil.",
                "caption": "Aux ateliers, chacun avance à son rythme.",
                "credit": DRAWN,
            },
        ),
        ("heading", "Trois façons de se lancer"),
        ("text", ACTIVITIES),
        ("quote", _testimony()),
        (
            "gifts",
            {
                "title": "Ce que permet votre don",
                "text": "Choisissez un montant : vous pourrez encore le changer.",
            },
        ),
        ("heading", "Vingt mille euros en un mois"),
        ("text", GOAL),
        (
            "picture",
            {
                "image": wifi,
                "alt": "Dessin : le plan d’une ville au bord d’un fleuve, avec cinq points de wifi.",
                "caption": "Les points de wifi gratuits, repérés ensemble.",
                "credit": DRAWN,
            },
        ),
        ("text", WIFI),
        ("heading", "Donner, en deux minutes"),
        ("text", RECEIPT),
        ("gauge", None),
        ("text", _what_is_true(campaign)),
    ]


def _figures() -> dict[str, Any]:
    return {
        "title": "Internet va de soi. Pas pour tout le monde.",
        "figures": [
            {
                "number": "13 millions",
                "text": "de personnes en France sont en difficulté avec le numérique",
            },
            {"number": "13 %", "text": "des Français sont concernés"},
            {"number": "40 %", "text": "jusqu’à quatre personnes sur dix parmi les plus précaires"},
        ],
        "source": "Chiffres donnés par la campagne de juin 2017.",
    }


def _testimony() -> dict[str, str]:
    return {
        "text": (
            "La première fois, je n’osais pas toucher la souris. "
            "Hier, j’ai envoyé une photo à ma petite-fille."
        ),
        "author": "Jeanne",
        "role": "participante aux ateliers (témoignage inventé pour la démonstration)",
    }


def _what_is_true(campaign: Campaign) -> str:
    first, last = day_in_words(campaign.starts_on), day_in_words(campaign.ends_on)
    return f"""
<h3>Ce qui est vrai dans cette démonstration</h3>
<p>Le lieu, les chiffres et l’objectif sont ceux de la campagne de juin 2017, racontés avec nos
mots. Les dates sont déplacées pour que la collecte soit ouverte aujourd’hui : <b>du {first} au
{last}</b>. Le témoignage, les montants proposés, les donateurs et les identifiants légaux de
l’association sont inventés. Aucun argent ne circule.</p>
"""
