"""Pages, neighbours and counts of many photographs are what going through all of them would give."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from plateseg.domain.types import TO_DO, ItemStatus, SnapshotEntry, Split
from storage import open_storage
from storage.filters import ItemFilter, Neighbours
from storage.storage import utc_now
from storage.tables import ItemRow
from tests.integration.storage_samples import add, mask

NAMES = ("IMG_1.jpg", "img-12.JPG", "a%b.png", "a_b.png", "a/b.png", "Straße.jpg", "車 1.jpg")


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """Two hundred photographs of every status in every split, with gaps between their numbers."""
    home = tmp_path_factory.mktemp("many")
    storage = open_storage(f"sqlite:///{home / 'plateseg.db'}", str(home / "blobs"))
    rows = [
        {
            "id": 3 * n + 1, "sha256": f"{n:064x}", "name": NAMES[n % 7], "width": 9, "height": 9, "head": 0,
            "capture_group": str(n), "split": list(Split)[n % 4].value, "status": list(ItemStatus)[n // 3 % 5].value,
            "revisions": 0, "image_blob": "", "thumbnail_blob": "", "media_type": "", "created_at": utc_now(),
        }
        for n in range(200)
    ]  # fmt: skip
    with storage.database.writing() as session:
        session.execute(insert(ItemRow), rows)
    yield storage
    storage.close()


filters = st.builds(
    ItemFilter,
    status=st.sampled_from([None, *ItemStatus, TO_DO, (ItemStatus.NO_PLATE,)]),
    split=st.sampled_from([None, *Split]),
    text=st.sampled_from(["", "img", "IMG_", "a%", "_b", "a/", "ß", "車", "nowhere"]),
)


def passing(storage, chosen, also=()):
    def folded(text):
        return "".join(sign.lower() if sign.isascii() else sign for sign in text)

    return [
        item
        for item in storage.items.walk()
        if item.id in also
        or (
            item.status in chosen.statuses
            and chosen.split in (None, item.split)
            and folded(chosen.text) in folded(item.name)
        )
    ]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=filters,
    also=st.sets(st.integers(1, 610), max_size=40),
    offset=st.integers(0, 220),
    limit=st.integers(1, 60),
    at=st.integers(0, 610),
)
def test_every_filter_at_every_place(many, chosen, also, offset, limit, at):
    items = passing(many, chosen, also)
    page = many.items.page(chosen, offset=offset, limit=limit, also=also)
    assert page.total == len(items)
    assert list(page.items) == items[offset : offset + limit]
    assert list(many.items.walk(chosen, at_once=limit)) == passing(many, chosen)

    waiting = [item.id for item in many.items.walk() if item.status in TO_DO and item.id != at]
    before, after = [i.id for i in items if i.id < at], [i.id for i in items if i.id > at]
    assert many.items.neighbours(at, chosen, also=also) == Neighbours(
        position=len(before),
        total=len(items),
        previous=before[-1] if before else None,
        next=after[0] if after else None,
        next_unlabelled=next((i for i in waiting if i > at), waiting[0] if waiting else None),
    )


def test_a_tally_is_every_count_at_once(many):
    items = list(many.items.walk())
    for (status, split), number in many.items.tally().items():
        assert number == sum(item.status is status and item.split is split for item in items)
    for split in Split:
        counts = many.items.counts(split=split)
        assert counts == {s: sum(i.status is s and i.split is split for i in items) for s in ItemStatus}
    assert sum(many.items.split_counts(status=ItemStatus.PROPOSED).values()) == counts_of(items, ItemStatus.PROPOSED)


def counts_of(items, status):
    return sum(item.status is status for item in items)


def test_walking_goes_on_where_it_was_while_others_write(storage):
    for n in range(6):
        add(storage, f"{n}.jpg")
    walk = storage.items.walk(at_once=2)
    seen = [next(walk).name, next(walk).name]
    storage.items.delete(1)
    add(storage, "late.jpg")
    assert [*seen, *(item.name for item in walk)] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg", "late.jpg"]


def test_lines_are_the_usable_with_their_newest_mask(storage):
    add(storage, "bare.jpg")
    first = add(storage, "a.jpg", mask("one"), split=Split.VAL)
    add(storage, "none.jpg", mask("two", plate_pixels=0, no_plate=True))
    storage.revisions.append(first.id, mask("three"), after=1)
    assert storage.items.lines() == tuple(
        SnapshotEntry(i.id, m.number, i.split, i.sha256, m.blob) for i, m in storage.items.usable()
    )
    labelled = storage.items.labelled()
    assert (labelled.total, labelled.with_plate) == (2, 1)
