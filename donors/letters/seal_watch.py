"""The seal's certificate ends one day: the treasury hears of it while there is time to order the next one."""

from datetime import datetime

from donors.campaigns.models import local_day
from donors.payments.alarms import raise_alarm, withdraw_alarm
from donors.payments.models import Alarm
from donors.receipts.seal import SealUnusable, current_seal


def watch_seal(*, at: datetime) -> None:
    """Raise what there is to say of the seal, withdraw what is mended by now. Idempotent."""
    key, text = _concern(at)
    if key:
        raise_alarm(Alarm.Kind.SEAL, key=key, text=text, at=at)
    mended = Alarm.objects.standing().filter(kind=Alarm.Kind.SEAL).exclude(key=key)
    for old in list(mended.values_list("key", flat=True)):
        withdraw_alarm(old, at=at)


def _concern(at: datetime) -> tuple[str, str]:
    """The alarm's key and its French sentence; both empty when all is well, or when nothing is sealed."""
    try:
        seal = current_seal()
    except SealUnusable:
        return f"seal:unusable:{local_day(at)}", (
            "Le certificat du cachet des reçus est illisible : aucun PDF de reçu ne peut être fait. "
            "L’hébergeur du site doit vérifier le fichier et son mot de passe."
        )
    if seal is None:
        return "", ""
    day = f"{local_day(seal.valid_until):%d/%m/%Y}"
    if not seal.holds(at):
        return f"seal:ended:{seal.fingerprint}", (
            f"Le certificat du cachet des reçus ne vaut plus depuis le {day} : les nouveaux reçus partent "
            "sans cachet. Ils restent valables ; faites installer le nouveau certificat."
        )
    if seal.expires_soon(at):
        return f"seal:ends:{seal.fingerprint}", (
            f"Le certificat du cachet des reçus expire le {day}. Commandez le suivant et faites-le installer."
        )
    return "", ""
