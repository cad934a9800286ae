"""Masks: append-only, compare and set, and nothing a person drew is ever overwritten."""

from __future__ import annotations

import pytest

from plateseg.domain.types import ItemStatus, MaskRevision, RevisionSource
from plateseg.errors import NotFound, StaleRevision
from tests.integration.storage_processes import PIPE, heard, save_in_turns, start
from tests.integration.storage_samples import add, mask, proposal, race


def status_of(storage, item):
    return storage.items.get(item.id).status


def test_revisions_count_up_and_every_one_stays_as_it_was(storage, clock):
    item = add(storage)
    drawn = [storage.revisions.append(item.id, mask(f"stroke {n}", parent=n, author="Ada"), after=n) for n in range(3)]
    clock.advance(hours=1)

    assert storage.revisions.of(item.id) == tuple(reversed(drawn))
    assert [revision.number for revision in drawn] == [1, 2, 3]
    assert [storage.blobs.get(revision.blob) for revision in drawn] == [b"stroke 0", b"stroke 1", b"stroke 2"]
    assert storage.items.get(item.id).head == 3


def test_a_revision_remembers_who_drew_it_and_from_what(storage, clock):
    item = add(storage)
    storage.revisions.append(item.id, mask("first"), after=0)

    storage.revisions.append(
        item.id, mask("second", author="Ada", parent=1, seeded_from="run 4", plate_pixels=7), after=1
    )

    saved = storage.revisions.get(item.id, 2)
    assert saved == MaskRevision(
        item_id=item.id,
        number=2,
        source=RevisionSource.MANUAL,
        author="Ada",
        parent=1,
        seeded_from="run 4",
        blob=saved.blob,
        plate_pixels=7,
        score=None,
        no_plate=False,
        created_at=clock.now,
    )


@pytest.mark.parametrize(
    ("new", "status"),
    [
        (mask(), ItemStatus.LABELLED),
        (mask(source=RevisionSource.IMPORTED), ItemStatus.LABELLED),
        (mask(source=RevisionSource.SYNTHETIC), ItemStatus.LABELLED),
        (mask(plate_pixels=0, no_plate=True), ItemStatus.NO_PLATE),
        (mask(plate_pixels=0), ItemStatus.UNLABELLED),
    ],
)
def test_an_answer_decides_where_the_photograph_stands(storage, new, status):
    item = add(storage)

    storage.revisions.append(item.id, new, after=0)

    assert status_of(storage, item) is status
    assert storage.revisions.get(item.id, 1).no_plate is (status is ItemStatus.NO_PLATE)


def test_an_edit_from_an_old_revision_is_refused_and_writes_nothing(storage, tmp_path):
    item = add(storage, drawn=mask("first"))
    storage.revisions.append(item.id, mask("theirs"), after=1)
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(StaleRevision, match=r"saved by somebody else as revision 2.*Both are kept") as refusal:
        storage.revisions.append(item.id, mask("mine"), after=1)

    assert refusal.value.current == 2
    assert [revision.number for revision in storage.revisions.of(item.id)] == [2, 1]
    assert sorted(tmp_path.rglob("*")) == before


def test_of_eight_threads_saving_from_the_same_revision_one_wins_and_all_can_follow(storage):
    item = add(storage, drawn=mask("first"))

    results = race(8, lambda n: storage.revisions.append(item.id, mask(f"by thread {n}"), after=1))

    won = [r for r in results if isinstance(r, MaskRevision)]
    lost = [r for r in results if isinstance(r, StaleRevision)]
    assert (len(won), len(lost)) == (1, 7)
    assert {refusal.current for refusal in lost} == {won[0].number} == {2}
    assert storage.revisions.append(item.id, mask("the union"), after=2).number == 3


def test_two_processes_saving_at_once_never_lose_a_mask(storage, urls):
    item = add(storage)
    pipes = [PIPE() for _ in range(2)]
    for (_, theirs), who in zip(pipes, ("Ada", "Grace"), strict=True):
        start(save_in_turns, urls, theirs, item.id, who)
    assert [heard(mine) for mine, _ in pipes] == ["ready", "ready"]
    for mine, _ in pipes:
        mine.send("go")
    counts = [heard(mine) for mine, _ in pipes]

    assert [saved + stale for saved, stale in counts] == [25, 25]
    revisions = storage.revisions.of(item.id)
    assert len(revisions) == sum(saved for saved, _ in counts)
    assert [revision.number for revision in revisions] == list(range(len(revisions), 0, -1))
    assert all(storage.blobs.verify(revision.blob) for revision in revisions)


class TestProposals:
    """A model's mask is kept beside the person's, and never in its place."""

    def test_a_proposal_is_not_the_photographs_mask(self, storage):
        item = add(storage)

        drawn = storage.revisions.append_proposal(item.id, proposal(score=0.75))

        assert (drawn.source, drawn.score) == (RevisionSource.MODEL, 0.75)
        assert storage.items.get(item.id).head == 0
        assert status_of(storage, item) is ItemStatus.PROPOSED
        assert storage.items.usable() == ()

    @pytest.mark.parametrize(
        ("answer", "status"),
        [(mask("mine"), ItemStatus.LABELLED), (mask("none", plate_pixels=0, no_plate=True), ItemStatus.NO_PLATE)],
    )
    def test_a_proposal_leaves_a_persons_answer_alone(self, storage, answer, status):
        item = add(storage, drawn=answer)

        storage.revisions.append_proposal(item.id, proposal())

        assert (storage.items.get(item.id).head, status_of(storage, item)) == (1, status)

    def test_a_proposal_leaves_an_excluded_photograph_excluded(self, storage):
        item = add(storage)
        storage.items.set_status(item.id, ItemStatus.EXCLUDED)

        storage.revisions.append_proposal(item.id, proposal())

        assert status_of(storage, item) is ItemStatus.EXCLUDED

    def test_a_proposal_does_not_make_a_persons_edit_stale(self, storage):
        item = add(storage, drawn=mask("first"))
        storage.revisions.append_proposal(item.id, proposal())

        saved = storage.revisions.append(item.id, mask("second", parent=1), after=1)

        assert (saved.number, storage.items.get(item.id).head) == (3, 3)

    def test_the_same_guess_of_the_same_model_is_kept_once(self, storage):
        item = add(storage)
        first = storage.revisions.append_proposal(item.id, proposal("guess", model="run 1"))

        assert storage.revisions.append_proposal(item.id, proposal("guess", model="run 1")) == first
        assert storage.revisions.append_proposal(item.id, proposal("better guess", model="run 1")).number == 2
        assert storage.revisions.append_proposal(item.id, proposal("better guess", model="run 2")).number == 3

    def test_eight_threads_with_the_same_guess_keep_it_once(self, storage):
        item = add(storage)

        results = race(8, lambda _: storage.revisions.append_proposal(item.id, proposal()))

        assert {revision.number for revision in results} == {1}


def test_what_is_not_there_is_said_with_a_way_out(storage):
    item = add(storage)

    with pytest.raises(NotFound, match="no mask revision 4"):
        storage.revisions.get(item.id, 4)
    with pytest.raises(NotFound, match="no photograph 99"):
        storage.revisions.append(99, mask(), after=0)
    with pytest.raises(NotFound, match="no photograph 99"):
        storage.revisions.append_proposal(99, proposal())
    assert storage.revisions.of(99) == ()
