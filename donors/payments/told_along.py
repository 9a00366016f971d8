"""What Stripe was told along with an object, read back: the row of ours that it belongs to."""

from typing import Any
from uuid import UUID

from django.conf import settings

from donors.payments.errors import NotYetHere
from donors.payments.gateway.connection import APP


def uuid_or_none(text: object) -> UUID | None:
    """Anybody at the Dashboard may write anything there."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def named_uuid(metadata: dict[str, Any], name: str) -> UUID | None:
    """Which row this object names; None if the object is of another site, or names none.

    Raises NotYetHere for what is no uuid: the object says that it is ours, so somebody has to look."""
    ours = metadata.get("app") == APP and metadata.get("site") == settings.SITE_URL
    if not ours or name not in metadata:
        return None
    found = uuid_or_none(metadata[name])
    if found is None:
        raise NotYetHere(f"{name} {metadata[name]}")
    return found
