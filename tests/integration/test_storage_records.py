"""What a run leaves behind: its curve, checkpoints, pictures; and the record of what happened."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from plateseg.domain.runs import CheckpointKind, MetricPoint
from plateseg.errors import NotFound
from tests.integration.storage_samples import add, mask, queued


@pytest.fixture
def run(storage):
    """A run to write for."""
    return queued(storage)


def losses(*steps):
    return [MetricPoint(step, step / 4, "train/loss", 1 / step) for step in steps]


class TestCurve:
    """Append-only; whoever polls asks for what came since."""

    def test_points_come_back_as_they_were_and_once(self, storage, run):
        storage.metrics.add(run.id, losses(1, 2))
        cursor, first = storage.metrics.since(run.id)
        storage.metrics.add(run.id, losses(3))
        later, second = storage.metrics.since(run.id, cursor)

        assert (first, second) == (losses(1, 2), losses(3))
        assert storage.metrics.since(run.id, later) == (later, [])

    def test_a_limit_is_gone_on_from(self, storage, run):
        storage.metrics.add(run.id, losses(*range(1, 11)))

        cursor, first = storage.metrics.since(run.id, limit=6)
        _, rest = storage.metrics.since(run.id, cursor, limit=6)

        assert [point.step for point in first + rest] == list(range(1, 11))

    def test_runs_do_not_see_each_others_points(self, storage, run):
        other = queued(storage, "other")
        storage.metrics.add(run.id, losses(1))
        storage.metrics.add(other.id, losses(2))

        assert storage.metrics.since(run.id)[1] == losses(1)
        assert storage.metrics.since(other.id)[1] == losses(2)

    def test_the_newest_value_of_each_metric(self, storage, run):
        storage.metrics.add(run.id, [*losses(1, 2), MetricPoint(2, 0.5, "val/mean_iou", 0.8)])

        assert storage.metrics.last(run.id) == {"train/loss": 0.5, "val/mean_iou": 0.8}
        assert storage.metrics.last(99) == {}

    def test_a_resumed_run_draws_the_lost_stretch_again_and_the_poll_sees_it(self, storage, run):
        """The cursor of an open page lies behind the points that are dropped; the new ones must not hide there."""
        storage.metrics.add(run.id, losses(1, 2, 3, 4))
        cursor, _ = storage.metrics.since(run.id)

        storage.metrics.forget_after(run.id, 2)
        storage.metrics.add(run.id, losses(3))

        assert [point.step for point in storage.metrics.since(run.id)[1]] == [1, 2, 3]
        assert storage.metrics.since(run.id, cursor)[1] == losses(3)

    def test_forgetting_leaves_other_runs_alone(self, storage, run):
        other = queued(storage, "other")
        storage.metrics.add(other.id, losses(1, 2))

        storage.metrics.forget_after(run.id, 0)

        assert storage.metrics.since(other.id)[1] == losses(1, 2)

    def test_a_loss_that_is_not_a_number_does_not_block_the_rest(self, storage, run):
        broken = [MetricPoint(2, 0.5, "train/loss", value) for value in (math.nan, math.inf, -math.inf)]

        storage.metrics.add(run.id, [*losses(1), *broken, *losses(3)])
        storage.metrics.add(run.id, broken)

        assert storage.metrics.since(run.id)[1] == losses(1, 3)

    def test_nothing_to_add_is_nothing(self, storage, run):
        storage.metrics.add(run.id, [])

        assert storage.metrics.since(run.id) == (0, [])


class TestCheckpoints:
    """One best, one last, and the epochs that were asked for; the bytes of the replaced go."""

    @pytest.fixture
    def save(self, storage, run, tmp_path):
        def save(kind, weights, epoch, val_iou=None, to=run):
            path = tmp_path / "weights.pt"
            path.write_bytes(weights)
            return storage.checkpoints.add(to.id, kind, path, epoch=epoch, step=epoch * 4, val_iou=val_iou)

        return save

    def test_a_checkpoint_comes_back(self, storage, run, save, clock):
        saved = save(CheckpointKind.LAST, b"weights", 2, 0.5)

        assert storage.checkpoints.get(run.id, CheckpointKind.LAST) == saved
        assert (saved.run_id, saved.epoch, saved.step, saved.val_iou) == (run.id, 2, 8, 0.5)
        assert saved.created_at == clock.now
        assert storage.blobs.get(saved.blob) == b"weights"
        assert storage.checkpoints.get(run.id, CheckpointKind.BEST) is None

    @pytest.mark.parametrize("kind", [CheckpointKind.BEST, CheckpointKind.LAST])
    def test_a_new_one_takes_the_place_of_the_old_and_its_bytes(self, storage, run, save, kind):
        old = save(kind, b"old", 1)
        new = save(kind, b"new", 2)

        assert storage.checkpoints.get(run.id, kind) == new
        assert not storage.blobs.exists(old.blob)

    def test_bytes_that_another_checkpoint_has_too_stay(self, storage, run, save):
        best = save(CheckpointKind.BEST, b"epoch 1", 1, 0.9)
        save(CheckpointKind.LAST, b"epoch 1", 1)
        save(CheckpointKind.LAST, b"epoch 2", 2)

        assert storage.blobs.get(best.blob) == b"epoch 1"

    def test_the_same_weights_saved_again_stay(self, storage, run, save):
        save(CheckpointKind.LAST, b"same", 1)

        assert storage.blobs.get(save(CheckpointKind.LAST, b"same", 2).blob) == b"same"

    def test_epochs_that_were_asked_for_all_stay(self, storage, run, save):
        kept = [save(CheckpointKind.EPOCH, f"epoch {n}".encode(), n) for n in (10, 20)]

        assert all(storage.blobs.exists(checkpoint.blob) for checkpoint in kept)
        assert storage.checkpoints.get(run.id, CheckpointKind.EPOCH) == kept[1]

    def test_the_run_knows_its_best(self, storage, run, save):
        save(CheckpointKind.BEST, b"good", 3, 0.91)
        save(CheckpointKind.LAST, b"worse", 4, 0.2)

        assert (storage.runs.get(run.id).best_iou, storage.runs.get(run.id).best_epoch) == (0.91, 3)
        assert storage.checkpoints.runs_with(CheckpointKind.BEST) == {run.id}
        assert storage.checkpoints.runs_with(CheckpointKind.EPOCH) == frozenset()

    def test_two_runs_with_the_same_weights_do_not_take_them_from_each_other(self, storage, run, save):
        other = queued(storage, "other")
        mine = save(CheckpointKind.LAST, b"same seed, same data", 1)
        save(CheckpointKind.LAST, b"same seed, same data", 1, to=other)

        storage.runs.delete(other.id)

        assert storage.blobs.get(mine.blob) == b"same seed, same data"

    def test_weights_that_another_run_gives_up_at_that_moment_are_stored_again(self, storage, run, save):
        other = queued(storage, "other")
        theirs = save(CheckpointKind.LAST, b"same seed, same data", 1, to=other)

        with ThreadPoolExecutor(1) as pool:
            with storage.database.writing():
                mine = pool.submit(save, CheckpointKind.LAST, b"same seed, same data", 1)
                time.sleep(0.3)  # it finds the bytes stored, and waits for its turn to write the row
                storage.blobs.delete(theirs.blob)
            assert storage.blobs.verify(mine.result().blob)

    def test_the_file_that_was_handed_in_stays_where_it_is(self, save, tmp_path):
        save(CheckpointKind.LAST, b"weights", 1)

        assert (tmp_path / "weights.pt").read_bytes() == b"weights"


class TestPreviews:
    """The same few photographs each epoch, as the model sees them."""

    @pytest.fixture
    def put(self, storage, run):
        item = add(storage, "watched.jpg")

        def put(epoch, position, picture, item_id=item.id):
            storage.previews.put(
                run.id, epoch=epoch, position=position, item_id=item_id, name="watched.jpg", jpeg=picture
            )

        return put

    def test_pictures_come_back_by_epoch_and_position(self, storage, run, put):
        for epoch, position in ((2, 0), (1, 1), (1, 0)):
            put(epoch, position, f"{epoch}/{position}".encode())

        kept = storage.previews.of(run.id)
        assert [(p.epoch, p.position) for p in kept] == [(1, 0), (1, 1), (2, 0)]
        assert {p.name for p in kept} == {"watched.jpg"}
        assert storage.blobs.get(storage.previews.blob(run.id, epoch=1, position=1)) == b"1/1"

    def test_an_epoch_that_is_drawn_again_replaces_its_pictures(self, storage, run, put):
        put(1, 0, b"before the crash")
        old = storage.previews.blob(run.id, epoch=1, position=0)

        put(1, 0, b"after resuming")

        assert storage.blobs.get(storage.previews.blob(run.id, epoch=1, position=0)) == b"after resuming"
        assert not storage.blobs.exists(old)

    def test_the_same_picture_again_stays(self, storage, run, put):
        put(1, 0, b"same")
        put(1, 0, b"same")

        assert storage.blobs.get(storage.previews.blob(run.id, epoch=1, position=0)) == b"same"

    def test_nothing_is_kept_of_a_photograph_that_is_gone(self, storage, run, put):
        put(1, 0, b"of a deleted one", item_id=99)

        assert storage.previews.of(run.id) == ()
        with pytest.raises(NotFound, match=f"Run {run.id} has no preview 0 of epoch 1"):
            storage.previews.blob(run.id, epoch=1, position=0)


class TestEvents:
    """The record."""

    def test_the_newest_of_a_kind_with_its_moment(self, storage, clock):
        storage.events.add("import", {"added": 1})
        moment = clock.advance(hours=1)
        storage.events.add("import", {"added": 2, "rejected": [{"name": "x.txt", "reason": "Kein Bild."}]})
        clock.advance(hours=1)
        storage.events.add("champion", {"name": "run 1"})

        assert storage.events.latest("import") == (
            moment,
            {"added": 2, "rejected": [{"name": "x.txt", "reason": "Kein Bild."}]},
        )

    def test_a_kind_that_never_happened_is_none(self, storage):
        assert storage.events.latest("flood") is None


def test_a_deleted_run_leaves_nothing(storage, run, tmp_path):
    path = tmp_path / "weights.pt"
    path.write_bytes(b"weights")
    watched = add(storage, "watched.jpg", mask("watched"))
    storage.metrics.add(run.id, losses(1))
    checkpoint = storage.checkpoints.add(run.id, CheckpointKind.BEST, path, epoch=1, step=4, val_iou=0.5)
    storage.previews.put(run.id, epoch=1, position=0, item_id=watched.id, name="watched.jpg", jpeg=b"picture")
    picture = storage.previews.blob(run.id, epoch=1, position=0)

    storage.runs.delete(run.id)

    assert storage.metrics.since(run.id) == (0, [])
    assert storage.checkpoints.get(run.id, CheckpointKind.BEST) is None
    assert storage.previews.of(run.id) == ()
    assert not storage.blobs.exists(checkpoint.blob)
    assert not storage.blobs.exists(picture)
    assert storage.blobs.exists(watched.image_blob)
    assert storage.items.get(watched.id).head == 1
