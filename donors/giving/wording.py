"""The words by which donors agree to something: the form shows them, and the consent record keeps them."""

NEWSLETTER = "J’accepte de recevoir des nouvelles de l’association par e-mail."
NEWSLETTER_HELP = "Quelques messages par an. Chacun contient un lien pour ne plus en recevoir."
ANONYMOUS = "Je souhaite rester anonyme."
ANONYMOUS_HELP = (
    "Sinon, votre prénom ou le nom de votre organisme peut paraître sur la page de la campagne. "
    "Jamais votre nom de famille, ni votre adresse, ni le montant."
)
PUBLIC_NAME = f"Case à cocher : {ANONYMOUS} {ANONYMOUS_HELP}"
