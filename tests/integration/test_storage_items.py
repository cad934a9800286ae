"""Photographs: added once, paged and counted by filter, never mixed up."""

from __future__ import annotations

import pytest

from plateseg.domain.types import TO_DO, ItemStatus, RevisionSource, Split
from plateseg.errors import NotFound
from storage.filters import ItemFilter
from tests.integration.storage_samples import add, mask, photo, proposal, race


def test_a_new_photograph_is_unlabelled_and_comes_back_as_it_was_given(storage, clock):
    new = photo(storage, "Straße 12.jpg", split=Split.VAL)

    item, created = storage.items.add(new)

    assert created
    assert (item.name, item.width, item.height, item.sha256) == ("Straße 12.jpg", 640, 480, new.sha256)
    assert (item.status, item.split, item.head) == (ItemStatus.UNLABELLED, Split.VAL, 0)
    assert item.created_at == clock.now
    assert item.created_at.utcoffset().total_seconds() == 0
    assert storage.items.get(item.id) == item
    assert storage.items.find(new.sha256) == item


def test_a_photograph_that_came_with_its_mask_is_labelled(storage):
    item = add(storage, "a.jpg", mask(source=RevisionSource.IMPORTED))
    empty = add(storage, "b.jpg", mask("nothing", source=RevisionSource.IMPORTED, plate_pixels=0, no_plate=True))

    assert (item.status, item.head) == (ItemStatus.LABELLED, 1)
    assert (empty.status, empty.head) == (ItemStatus.NO_PLATE, 1)


def test_the_same_source_bytes_are_one_item_whatever_their_name(storage):
    first, _ = storage.items.add(photo(storage, "a.jpg", source=b"same"))

    again, created = storage.items.add(photo(storage, "copy of a.jpg", source=b"same"))

    assert not created
    assert again == first
    assert storage.items.page().total == 1


def test_a_duplicate_brings_its_mask_only_where_nobody_has_answered(storage):
    add(storage, "bare.jpg")
    drawn = add(storage, "drawn.jpg", mask("mine"))

    now_labelled = add(storage, "bare.jpg", mask("imported", source=RevisionSource.IMPORTED))
    untouched = add(storage, "drawn.jpg", mask("imported", source=RevisionSource.IMPORTED))

    assert (now_labelled.status, now_labelled.head) == (ItemStatus.LABELLED, 1)
    assert untouched == drawn
    assert len(storage.revisions.of(drawn.id)) == 1


def test_a_duplicate_with_a_mask_does_not_take_an_excluded_photograph_back_in(storage):
    item = add(storage, "blurred.jpg")
    storage.items.set_status(item.id, ItemStatus.EXCLUDED)

    again = add(storage, "blurred.jpg", mask(source=RevisionSource.IMPORTED))

    assert (again.status, again.head) == (ItemStatus.EXCLUDED, 1)


def test_a_duplicate_brings_its_split_only_where_there_is_none(storage):
    add(storage, "bare.jpg")
    add(storage, "trains.jpg", split=Split.TRAIN)

    assert add(storage, "bare.jpg", split=Split.VAL).split is Split.VAL
    assert add(storage, "trains.jpg", split=Split.VAL).split is Split.TRAIN
    assert add(storage, "trains.jpg").split is Split.TRAIN


def test_files_that_gc_took_before_the_row_was_written_are_there_again(storage):
    new = photo(storage, "a.jpg")
    image, thumbnail = (storage.blobs.get(name) for name in (new.image_blob, new.thumbnail_blob))
    storage.blobs.delete(new.image_blob)
    item, _ = storage.items.add(new, pictures=((image, "jpg"), (thumbnail, "jpg")))

    assert storage.blobs.get(item.image_blob) == image


def test_eight_threads_adding_the_same_photograph_make_one_item(storage):
    new = photo(storage)

    results = race(8, lambda _: storage.items.add(new))

    assert sorted(created for _, created in results) == [False] * 7 + [True]
    assert len({item.id for item, _ in results}) == 1
    assert storage.items.page().total == 1


def test_eight_threads_adding_different_photographs_lose_none(storage):
    results = race(8, lambda n: [add(storage, f"{n}-{i}.jpg", mask(f"{n}-{i}")).id for i in range(5)])

    assert len({item_id for ids in results for item_id in ids}) == 40
    assert storage.items.counts()[ItemStatus.LABELLED] == 40


def test_the_number_of_a_deleted_photograph_is_never_given_to_another(storage):
    """A link, a draft in the browser and a snapshot's line name photographs by number."""
    add(storage, "first.jpg")
    deleted = add(storage, "deleted.jpg")
    storage.items.delete(deleted.id)

    assert add(storage, "next.jpg").id > deleted.id


def test_what_is_not_there_is_said_with_a_way_out(storage):
    assert storage.items.find("0" * 64) is None
    for look in (storage.items.get, storage.items.delete, lambda n: storage.items.set_status(n, ItemStatus.EXCLUDED)):
        with pytest.raises(NotFound, match=r"no photograph 99.*Choose another"):
            look(99)


def test_many_are_fetched_at_once_and_the_missing_left_out(storage):
    ids = [add(storage, f"{n}.jpg").id for n in range(3)]

    found = storage.items.get_many([*ids, *range(1000, 2200)])

    assert sorted(found) == ids
    assert found[ids[1]].name == "1.jpg"


@pytest.fixture
def gallery(storage):
    """Six photographs by name: a labelled (train), b bare, c proposed, d labelled (val), e no plate, f excluded."""
    made = {
        "a_100%.jpg": add(storage, "a_100%.jpg", mask("a"), split=Split.TRAIN),
        "b.jpg": add(storage, "b.jpg"),
        "c.jpg": add(storage, "c.jpg"),
        "d_100x.jpg": add(storage, "d_100x.jpg", mask("d"), split=Split.VAL),
        "e.jpg": add(storage, "e.jpg", mask("e", plate_pixels=0, no_plate=True), split=Split.TRAIN),
        "f.JPG": add(storage, "f.JPG"),
    }
    storage.revisions.append_proposal(made["c.jpg"].id, proposal())
    storage.items.set_status(made["f.JPG"].id, ItemStatus.EXCLUDED)
    return {name[0]: item.id for name, item in made.items()}


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (ItemFilter(), "abcdef"),
        (ItemFilter(status=ItemStatus.LABELLED), "ad"),
        (ItemFilter(status=ItemStatus.PROPOSED), "c"),
        (ItemFilter(status=TO_DO), "bc"),
        (ItemFilter(split=Split.TRAIN), "ae"),
        (ItemFilter(status=ItemStatus.LABELLED, split=Split.VAL), "d"),
        (ItemFilter(text=".jpg"), "abcdef"),
        (ItemFilter(text="F.J"), "f"),
        (ItemFilter(text="100%"), "a"),
        (ItemFilter(text="_100"), "ad"),
        (ItemFilter(text="nobody"), ""),
    ],
)
def test_a_page_holds_what_the_filter_says_in_order_of_id(storage, gallery, chosen, names):
    page = storage.items.page(chosen)

    assert "".join(item.name[0] for item in page.items) == names
    assert page.total == len(names)


def test_pages_follow_each_other_without_gap(storage, gallery):
    pages = [storage.items.page(offset=offset, limit=4) for offset in (0, 4, 8)]

    assert [[item.id for item in page.items] for page in pages] == [
        [gallery[n] for n in "abcd"],
        [gallery[n] for n in "ef"],
        [],
    ]
    assert {page.total for page in pages} == {6}


def test_counts_name_every_status(storage, gallery):
    assert storage.items.counts() == {
        ItemStatus.UNLABELLED: 1,
        ItemStatus.PROPOSED: 1,
        ItemStatus.LABELLED: 2,
        ItemStatus.NO_PLATE: 1,
        ItemStatus.EXCLUDED: 1,
    }
    assert storage.items.counts(split=Split.TRAIN) == dict.fromkeys(ItemStatus, 0) | {
        ItemStatus.LABELLED: 1,
        ItemStatus.NO_PLATE: 1,
    }


@pytest.mark.parametrize(
    ("at", "chosen", "position", "previous", "following", "next_unlabelled"),
    [
        ("a", ItemFilter(), 0, None, "b", "b"),
        ("b", ItemFilter(), 1, "a", "c", "c"),
        ("f", ItemFilter(), 5, "e", None, "b"),
        ("d", ItemFilter(status=ItemStatus.LABELLED), 1, "a", None, "b"),
        # The photograph just labelled has left the filter "unlabelled": the way on is still there.
        ("a", ItemFilter(status=ItemStatus.UNLABELLED), 0, None, "b", "b"),
    ],
)
def test_neighbours_within_a_filter(storage, gallery, at, chosen, position, previous, following, next_unlabelled):
    beside = storage.items.neighbours(gallery[at], chosen)

    assert beside.position == position
    assert beside.previous == (previous and gallery[previous])
    assert beside.next == (following and gallery[following])
    assert beside.next_unlabelled == gallery[next_unlabelled]
    assert beside.total == storage.items.page(chosen).total


def test_the_photograph_at_hand_is_not_its_own_next_one_to_label(storage):
    alone = add(storage)

    assert storage.items.neighbours(alone.id).next_unlabelled is None


def test_splits_are_assigned_to_hundreds_in_one_transaction(storage):
    ids = [add(storage, f"{n}.jpg").id for n in range(12)]

    storage.splits.assign(dict.fromkeys(range(5000, 6200), Split.VAL) | dict.fromkeys(ids[:10], Split.TRAIN))

    assert [item.split for item in storage.items.page().items] == [Split.TRAIN] * 10 + [Split.UNASSIGNED] * 2


def test_usable_are_the_answered_with_their_newest_mask(storage, gallery):
    storage.revisions.append(gallery["a"], mask("a, corrected"), after=1)
    storage.revisions.append_proposal(gallery["a"], proposal("a, guessed"))

    usable = storage.items.usable()

    assert [(item.name[0], drawn.number) for item, drawn in usable] == [("a", 2), ("d", 1), ("e", 1)]
    assert storage.blobs.get(usable[0][1].blob) == b"a, corrected"
