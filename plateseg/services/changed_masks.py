"""Pictures of masks that changed between two states: the earlier one outlined, the later one filled."""

from __future__ import annotations

from plateseg.domain import images, masks
from plateseg.services import judged_pictures
from storage import Storage


def draw(storage: Storage, item_id: int, *, before: str, after: str) -> tuple[bytes, str]:
    """JPEG bytes of the part around the plates, and a tag that changes when the picture does.

    before, after: the blobs of two masks of this photograph. Raises NotFound, and BadMask for what is no mask of it.
    """
    item = storage.items.get(item_id)
    outlined, filled = (
        masks.check(masks.read_png(storage.blobs.get(blob)), width=item.width, height=item.height)
        for blob in (before, after)
    )
    image = images.read(storage.blobs.get(item.image_blob))
    drawn = judged_pictures.two_masks(image, filled=filled, outlined=outlined, whole=False)
    return drawn, f"{before[:16]}{after[:16]}"
