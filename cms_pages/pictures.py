"""Pictures on a page cost two queries, however many there are."""

from collections.abc import Iterable

from django.db.models import Prefetch, prefetch_related_objects
from wagtail.blocks import StreamValue
from wagtail.images.models import Image


def pictures_in(story: StreamValue) -> list[Image]:
    """The images of a story's picture blocks; one query for all of them."""
    values = (block.value for block in story if block.block_type == "picture")
    return [value["image"] for value in values if value["image"]]


def prefetch_renditions(images: Iterable[Image | None]) -> None:
    """Bring the sizes that exist of these images, so that the templates ask for none one by one.

    A size that does not exist yet is made while the page is rendered, once."""
    found = [image for image in images if image]
    if found:
        prefetch_related_objects(found, Prefetch("renditions", to_attr="prefetched_renditions"))
