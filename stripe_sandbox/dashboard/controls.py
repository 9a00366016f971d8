"""The pages that move time, trouble the network, and choose what the bank and Stripe itself do next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from stripe_sandbox import permissions
from stripe_sandbox.actions import ACTIONS
from stripe_sandbox.answers import Response
from stripe_sandbox.core import Sandbox
from stripe_sandbox.dashboard import html
from stripe_sandbox.dashboard.frame import framed, refused
from stripe_sandbox.dashboard.objects import action_form
from stripe_sandbox.dashboard.words import CHOICES
from stripe_sandbox.faults import Fault
from stripe_sandbox.pages.rendering import see_other
from stripe_sandbox.webhooks import pending

DAY = 24 * 60 * 60
STEPS = {
    "Une heure": 60 * 60,
    "Un jour": DAY,
    "Une semaine": 7 * DAY,
    "Un mois (31 jours)": 31 * DAY,
}
KINDS = {
    "status": "répond par une erreur, ne fait rien",
    "html": "répond par une page HTML, ne fait rien",
    "drop": "coupe la ligne, ne fait rien",
    "timeout": "se tait, ne fait rien",
    "commit_then_drop": "le fait, puis coupe la ligne",
    "commit_then_timeout": "le fait, puis se tait",
    "slow": "répond lentement",
}
METHODS = {"": "tous", "GET": "lectures (GET)", "POST": "écritures (POST)"}
YES_NO = (("true", "oui"), ("false", "non"))


@dataclass(frozen=True)
class Page:
    """`body` is the page's HTML as things stand; `press` does what its form asks and may raise ValueError."""

    title: str
    body: Callable[[Sandbox], str]
    press: Callable[[Sandbox, Mapping[str, str]], None]


def show(sandbox: Sandbox, path: str, done: str = "") -> Response:
    notice = f"Fait\u202f: {ACTIONS[done].label}." if done in ACTIONS else "Fait." if done else ""
    return framed(path, PAGES[path].title, PAGES[path].body(sandbox), notice=notice)


def press(sandbox: Sandbox, path: str, form: Mapping[str, str]) -> Response:
    """Do it and show the page again; with the reason when the form makes no sense."""
    try:
        PAGES[path].press(sandbox, form)
    except ValueError as error:
        return refused(path, PAGES[path].title, str(error), PAGES[path].body(sandbox))
    return see_other(f"{path}?done=yes")


def _clock(sandbox: Sandbox) -> str:
    offset = sandbox.clock.offset
    real = "C’est l’heure réelle." if offset == 0 else "Ce n’est plus l’heure réelle."
    steps = "".join(
        html.form("/clock/", html.hidden("advance", str(step)), f"Avancer d’{_small(words)}")
        for words, step in STEPS.items()
    )
    back = html.form("/clock/", html.hidden("advance", str(-offset)), "Revenir à l’heure réelle")
    return (
        f'<p class="amount">{html.moment(sandbox.clock.now())}</p><p class="soft">Temps universel. {real}</p>'
        "<p>Avancer fait arriver tout ce qui est prévu d’ici là, dans l’ordre&nbsp;: frais, prélèvements"
        " SEPA, échéances mensuelles, virements, fin des pages de paiement, nouveaux essais de webhooks.</p>"
        f'<div class="steps">{steps}</div>'
        f"{back if offset else ''}"
        '<p class="soft">Revenir ne défait rien&nbsp;: ce qui est arrivé reste arrivé.</p>'
    )


def _small(words: str) -> str:
    return words[0].lower() + words[1:]


def _move_clock(sandbox: Sandbox, form: Mapping[str, str]) -> None:
    sandbox.clock.advance(_whole(form, "advance"))


def _webhooks(sandbox: Sandbox) -> str:
    policy = sandbox.webhook_policy
    with sandbox.locked() as world:
        waiting = pending(world)
    state = "envoyés" if policy.on else "retenus"
    turn = html.form(
        "/webhooks/",
        html.hidden("on", "false" if policy.on else "true"),
        "Retenir les webhooks" if policy.on else "Envoyer de nouveau, avec ce qui attend",
    )
    fields = [
        html.field("drop", "Perdre les prochains, en nombre", html.number("drop", str(policy.drop))),
        html.field("drop_share", "Perdre au hasard, en %", html.number("drop_share", str(policy.drop_share))),
        html.field("copies", "Exemplaires de chacun", html.number("copies", str(policy.copies), least=1)),
        html.field("delay", "Retard, en secondes", html.number("delay", str(int(policy.delay)))),
        html.field(
            "shuffle", "Dans le désordre", html.select("shuffle", YES_NO, str(policy.shuffle).lower())
        ),
        html.field("seed", "Graine du hasard", html.number("seed", _or_empty(policy.seed))),
        html.field("api_version", "Version d’API annoncée", html.text("api_version", policy.api_version)),
    ]
    return (
        f"<p>Les webhooks sont <strong>{state}</strong>&nbsp;; {waiting} en attente.</p>{turn}"
        f"<h2>Un réseau moins fiable</h2>{html.form('/webhooks/', ''.join(fields), 'Appliquer')}"
    )


def _change_webhooks(sandbox: Sandbox, form: Mapping[str, str]) -> None:
    changes = {name: READERS[name](form, name) for name in READERS if name in form}
    sandbox.change_webhooks(**changes)


def _faults(sandbox: Sandbox) -> str:
    rows = [
        (
            escape(KINDS[str(fault["kind"])]),
            escape(f"{fault['method'] or 'tous'} {fault['path']}"),
            str(fault["status"]) if fault["kind"] in ("status", "html") else "—",
            f"{fault['share']}\u202f%",
            "sans fin" if fault["count"] is None else str(fault["count"]),
        )
        for fault in sandbox.faults.as_json()
    ]
    heads = ("Panne", "Appels", "Réponse", "Part", "Encore")
    clear = html.form("/faults/", html.hidden("clear", "yes"), "Tout réparer") if rows else ""
    fields = [
        html.field("kind", "Ce que fait Stripe", html.select("kind", KINDS.items())),
        html.field("status", "Code de la réponse", html.number("status", "503", least=400)),
        html.field("method", "Appels concernés", html.select("method", METHODS.items())),
        html.field("path", "Adresse, par son début", html.text("path", "/v1/")),
        html.field("seconds", "Attente, en secondes", html.number("seconds", "0")),
        html.field("count", "Combien de fois (vide\u202f: sans fin)", html.number("count", "3", least=1)),
        html.field("share", "Part des appels, en %", html.number("share", "100", least=1)),
        html.field("seed", "Graine du hasard (facultatif)", html.number("seed", "")),
    ]
    return (
        html.table("Pannes en cours", heads, rows)
        + clear
        + f"<h2>Nouvelle panne</h2>{html.form('/faults/', ''.join(fields), 'Mettre en panne')}"
    )


def _change_faults(sandbox: Sandbox, form: Mapping[str, str]) -> None:
    if "clear" in form:
        sandbox.faults.clear()
        return
    whole = {name: _whole(form, name) for name in ("status", "seconds", "share")}
    given: dict[str, int | str | None] = {
        **whole,
        **{name: _whole_or_none(form, name) for name in ("count", "seed")},
        **{name: form.get(name, getattr(Fault, name)) for name in ("method", "path")},
    }
    sandbox.faults.add(form.get("kind", ""), **given)


def _settings(sandbox: Sandbox) -> str:
    buttons = "".join(
        action_form(name, button, "account", "") for name, button in ACTIONS.items() if button.on == "account"
    )
    with sandbox.locked() as world:
        known = permissions.keys(world)
        short = world.store.fact("short_of_balance", default=False)
        chosen = world.store.fact("next_refund")
    rows = [
        (
            f"<code>{escape(key['key'])}</code>",
            escape(", ".join(f"{name} {level}" for name, level in key["permissions"].items()) or "tout"),
            "révoquée" if key["revoked"] else "valable",
        )
        for key in known
    ]
    keys = html.table("Clés d’API faites ou révoquées ici", ("Clé", "Droits", "État"), rows)
    forget = html.form("/settings/", html.hidden("reset", "yes"), "Tout oublier")
    now = (
        f"<p>Le solde Stripe est {'insuffisant' if short else 'suffisant'}&nbsp;; issue choisie pour le"
        f" prochain remboursement&nbsp;: {escape(CHOICES[chosen]) if chosen else 'aucune'}.</p>"
    )
    return (
        f"{now}{buttons}{keys}<h2>Repartir de zéro</h2><p>Oublie objets, clés, pannes et horloge&nbsp;; garde"
        f" l’adresse des webhooks.</p>{forget}"
    )


def _reset(sandbox: Sandbox, form: Mapping[str, str]) -> None:
    if form.get("reset") != "yes":
        raise ValueError("nothing to do")
    sandbox.reset()


def _whole(form: Mapping[str, str], name: str) -> int:
    text = form.get(name, "")
    if not text.removeprefix("-").isdecimal():
        raise ValueError(f"{name}: {text!r} is not a whole number")
    return int(text)


def _whole_or_none(form: Mapping[str, str], name: str) -> int | None:
    return _whole(form, name) if form.get(name) else None


def _yes(form: Mapping[str, str], name: str) -> bool:
    return form.get(name) == "true"


def _or_empty(value: int | None) -> str:
    return "" if value is None else str(value)


READERS: dict[str, Callable[[Mapping[str, str], str], int | bool | str | None]] = {
    "on": _yes,
    "drop": _whole,
    "drop_share": _whole,
    "copies": _whole,
    "delay": _whole,
    "shuffle": _yes,
    "seed": _whole_or_none,
    "api_version": lambda form, name: form[name],
}
PAGES = {
    "/clock/": Page("Horloge", _clock, _move_clock),
    "/webhooks/": Page("Webhooks", _webhooks, _change_webhooks),
    "/faults/": Page("Pannes", _faults, _change_faults),
    "/settings/": Page("Réglages", _settings, _reset),
}
