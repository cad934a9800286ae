"""From rows to the domain's nouns."""

from __future__ import annotations

from plateseg.domain.types import ImageItem, ItemStatus, MaskRevision, RevisionSource, Split
from storage.tables import ItemRow, RevisionRow


def to_item(row: ItemRow) -> ImageItem:
    """The domain's noun of a row."""
    return ImageItem(
        id=row.id,
        sha256=row.sha256,
        name=row.name,
        width=row.width,
        height=row.height,
        capture_group=row.capture_group,
        fingerprint=row.fingerprint,
        mode=row.mode,
        pinned=row.pinned,
        split=Split(row.split),
        status=ItemStatus(row.status),
        head=row.head,
        image_blob=row.image_blob,
        thumbnail_blob=row.thumbnail_blob,
        media_type=row.media_type,
        created_at=row.created_at,
    )


def to_revision(row: RevisionRow) -> MaskRevision:
    """The domain's noun of a row."""
    return MaskRevision(
        item_id=row.item_id,
        number=row.number,
        source=RevisionSource(row.source),
        author=row.author,
        parent=row.parent,
        seeded_from=row.seeded_from,
        blob=row.blob,
        plate_pixels=row.plate_pixels,
        score=row.score,
        no_plate=row.no_plate,
        created_at=row.created_at,
    )
