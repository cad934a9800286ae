"""Deleting from the page: a dry run first, then batches of exactly what it showed; a mask saved meanwhile is kept."""

from __future__ import annotations

import pytest

from plateseg.services.deleting import weigh
from tests.integration.storage_samples import add, frozen, mask, proposal
from tests.integration.uploads import items_of, jpeg, mask_png, upload


@pytest.fixture
def cars(client, storage):
    """A photograph with an imported mask, a person's and a model's, which a snapshot froze, and one without masks."""
    upload(client, {"images/car.jpg": jpeg(1), "masks/car.png": mask_png(), "other.jpg": jpeg(2)})
    car, other = (item["id"] for item in items_of(client))
    storage.revisions.append(car, mask(), after=1)
    storage.revisions.append_proposal(car, proposal())
    storage.snapshots.rename(frozen(storage).id, "before")
    return car, other


def foresee(client, *ids):
    return client.post("/api/items/deletion/foresight", json={"items": list(ids)}).json()


def delete(client, *pairs):
    return client.post("/api/items/deletion", json={"seen": [list(pair) for pair in pairs]})


def test_a_dry_run_tells_what_would_go_and_what_snapshots_keep_and_touches_nothing(client, cars, tmp_path):
    car, other = cars
    pictures = [path.stat().st_size for path in (tmp_path / "blobs").rglob("*.jpg")]

    told = foresee(client, car, other)

    assert told == {
        "seen": [[car, 2], [other, 0]],
        "names": ["car.jpg", "other.jpg"],
        "bytes": sum(pictures),
        "masks": {"imported": 1, "manual": 1, "model": 1},
        "held": {"photographs": 1, "snapshots": [{"snapshot": "before", "photographs": 1}]},
    }
    assert len(items_of(client)) == 2


def test_what_was_deleted_since_it_was_chosen_is_passed_over(client, cars):
    car, other = cars
    client.delete(f"/api/items/{car}")

    assert foresee(client, car, other)["seen"] == [[other, 0]]
    assert "deleted already" in foresee(client, car)["error"]


@pytest.mark.parametrize("number", [1, 200, 201, 401])
def test_the_size_of_a_large_set_is_told_from_a_sample(storage, number):
    item = add(storage)
    each = storage.blobs.size(item.image_blob) + storage.blobs.size(item.thumbnail_blob)

    assert weigh(storage, [item] * number) == number * each > 0


def test_what_was_shown_goes_and_the_snapshot_keeps_its_mask(client, storage, cars):
    seen = foresee(client, *cars)["seen"]

    answer = delete(client, *seen).json()

    assert answer == {"ids": list(cars), "kept": [], "held": 1}
    assert items_of(client) == []
    assert storage.blobs.verify(storage.snapshots.get(1).entries[0].mask_blob)


def test_a_photograph_that_somebody_saved_a_mask_of_meanwhile_is_kept(client, storage, cars):
    car, other = cars
    seen = foresee(client, car, other)["seen"]
    storage.revisions.append(car, mask("newer"), after=2)

    assert delete(client, *seen).json() == {"ids": [other], "kept": [car], "held": 0}
    assert storage.items.get(car).head == 4


def test_a_batch_that_is_sent_again_says_the_same(client, cars):
    seen = foresee(client, *cars)["seen"]
    delete(client, *seen)

    assert delete(client, *seen).json() == {"ids": list(cars), "kept": [], "held": 0}


@pytest.mark.parametrize(
    "seen", [None, [], [[1]], [[1, "2"]], [["1", 2]], [1, 2], [[True, 0]], [[number, 0] for number in range(101)]]
)
def test_what_is_no_list_of_pairs_deletes_nothing(client, cars, seen):
    answer = client.post("/api/items/deletion", json={"seen": seen})

    assert (answer.status_code, "1 to 100 pairs" in answer.json()["error"]) == (400, True)
    assert len(items_of(client)) == 2


def test_another_site_deletes_nothing(client, cars):
    for path, content in (("deletion", {"seen": [[cars[1], 0]]}), ("status", {"items": [1], "status": "excluded"})):
        answer = client.post(f"/api/items/{path}", json=content, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
    assert len(items_of(client)) == 2
