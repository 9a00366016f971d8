"""Small pieces of HTML. Text is escaped here; what is called `…_html` is HTML already."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape

from stripe_sandbox.amounts import french_amount

type Row = Sequence[str]


def table(caption: str, heads: Sequence[str], rows: Iterable[Row]) -> str:
    """`rows` hold HTML cells; a table without rows says so."""
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    body = body or f'<tr><td colspan="{len(heads)}">Rien pour l’instant.</td></tr>'
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    frame = f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(caption)}">'
    top = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
    return f"{frame}<table>{top}<tbody>{body}</tbody></table></div>"


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """A description list; the second of each pair is HTML."""
    inner = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in pairs)
    return f"<dl>{inner}</dl>"


def link(href: str, text: str) -> str:
    return f'<a href="{escape(href)}">{escape(text)}</a>'


def object_link(object_id: str) -> str:
    """The page of an object; long ids are cut, the whole one is the address."""
    shown = object_id if len(object_id) <= 18 else f"{object_id[:14]}…"
    return link(f"/objects/{object_id}", shown)


def money(amount: int, currency: str) -> str:
    """−12,00 € for what goes out."""
    shown = french_amount(abs(amount), currency)
    return escape(f"\u2212{shown}" if amount < 0 else shown)


def moment(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).strftime("%d/%m/%Y %H:%M")


def hidden(name: str, value: str) -> str:
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'


def field(name: str, label: str, control_html: str) -> str:
    """A labelled control; `control_html` must carry the id `name`."""
    return f'<p class="field"><label for="{escape(name)}">{escape(label)}</label>{control_html}</p>'


def number(name: str, value: str, *, least: int = 0) -> str:
    return (
        f'<input id="{escape(name)}" name="{escape(name.rpartition("--")[2])}" inputmode="numeric"'
        f' type="number" min="{least}" value="{escape(value)}">'
    )


def text(name: str, value: str) -> str:
    return f'<input id="{escape(name)}" name="{escape(name.rpartition("--")[2])}" value="{escape(value)}">'


def select(name: str, options: Iterable[tuple[str, str]], chosen: str = "") -> str:
    """`options` are pairs of value and words. The part of `name` after `--` is what the form sends."""
    inner = "".join(
        f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
        for value, words in options
    )
    return f'<select id="{escape(name)}" name="{escape(name.rpartition("--")[2])}">{inner}</select>'


def form(action: str, inner_html: str, button: str) -> str:
    return (
        f'<form class="row" method="post" action="{escape(action)}">{inner_html}'
        f'<button class="small">{escape(button)}</button></form>'
    )
