"""How the gate recognises somebody without writing down who it is.

A keyed hash: equal for equal input, worthless to whoever has the table and not SECRET_KEY. With a new
SECRET_KEY the counting starts anew, which is all that is lost."""

from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address, IPv6Network, ip_address
from uuid import UUID

from django.utils.crypto import salted_hmac


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody who asks for a payment page. Both keys are hashes; an empty one is not counted."""

    gift_uuid: UUID
    amount_cents: int
    address_key: str
    email_key: str


def address_key(address: str) -> str:
    """The hash of an IP address; empty for what is none. IPv6 counts by /64, which is one household."""
    try:
        found = ip_address(address.strip())
    except (ValueError, AddressValueError):
        return ""
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, IPv4Address):
        return _hash("address", str(found))
    return _hash("address", str(IPv6Network((found.packed[:8] + bytes(8), 64))))


def email_key(email: str) -> str:
    """The hash of an e-mail address, without the "+word" that makes many of one mailbox."""
    name, _, domain = email.strip().casefold().rpartition("@")
    return _hash("email", f"{name.split('+')[0]}@{domain}")


def _hash(kind: str, text: str) -> str:
    return salted_hmac(f"donors.payments.gate.{kind}", text, algorithm="sha256").hexdigest()[:32]
