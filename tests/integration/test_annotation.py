"""The Annotate tab: masks come back bit for bit, and nothing a person drew is overwritten or lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image as Pillow
from starlette.testclient import TestClient

from plateseg.domain import masks
from plateseg.domain.types import ItemStatus, RevisionSource
from tests.integration.conftest import HERE
from tests.integration.storage_samples import photo, proposal
from tests.integration.uploads import items_of, jpeg, upload
from tests.unit.pictures import png_of


@pytest.fixture
def item(client):
    """A photograph of 96 x 64 pixels that nobody has answered."""
    upload(client, {"car.jpg": jpeg(1)})
    return items_of(client)[0]["id"]


def drawn(*, x=40, y=30, width=20, height=8):
    mask = np.zeros((64, 96), np.uint8)
    mask[y : y + height, x : x + width] = 1
    return mask


EMPTY = np.zeros((64, 96), np.uint8)


def body(mask, *, after=0, **more):
    height, width = mask.shape
    return {"after": after, "width": width, "height": height, "runs": masks.to_runs(mask), **more}


def save(client, item, mask, **more):
    return client.post(f"/api/items/{item}/revisions", json=body(mask, **more))


def detail(client, item):
    return client.get(f"/api/items/{item}").json()


def pixels(answer):
    return masks.from_runs(answer["runs"], width=answer["width"], height=answer["height"])


class TestSaving:
    """A save is a new revision that becomes the photograph's mask."""

    def test_the_first_mask(self, client, item, clock):
        answer = save(client, item, drawn(), author="Ada", seeded_from="run 3")

        assert answer.status_code == 201
        assert answer.json() == {"number": 1, "saved_at": clock.now.isoformat(), "status": "labelled", "head": 1}
        shown = detail(client, item)
        assert np.array_equal(pixels(shown["mask"]), drawn())
        assert shown["revisions"] == [
            {
                "number": 1,
                "source": "manual",
                "author": "Ada",
                "parent": 0,
                "seeded_from": "run 3",
                "plate_pixels": 160,
                "score": None,
                "created_at": clock.now.isoformat(),
                "current": True,
            }
        ]

    def test_one_after_the_other(self, client, item):
        save(client, item, drawn())

        answer = save(client, item, drawn(x=10), after=1)

        assert (answer.status_code, answer.json()["number"]) == (201, 2)
        shown = detail(client, item)
        assert [(r["number"], r["parent"], r["current"]) for r in shown["revisions"]] == [(2, 1, True), (1, 0, False)]
        assert np.array_equal(pixels(client.get(f"/api/items/{item}/masks/1").json()), drawn())

    def test_no_plate_here(self, client, item):
        answer = save(client, item, EMPTY, no_plate=True)

        assert (answer.status_code, answer.json()["status"]) == (201, "no_plate")

    def test_an_empty_mask_alone_is_no_answer(self, client, item):
        answer = save(client, item, EMPTY)

        assert (answer.status_code, answer.json()["status"]) == (201, "unlabelled")

    def test_no_plate_of_a_mask_with_a_plate_is_refused(self, client, item):
        answer = save(client, item, drawn(), no_plate=True)

        assert answer.status_code == 400
        assert "Clear the mask first" in answer.json()["error"]
        assert detail(client, item)["revisions"] == []

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            ({"width": 95}, "The mask is 95x64, the photograph is 96x64."),
            ({"width": None}, "the photograph is 96x64."),
            ({"runs": [0, 10]}, "do not add up"),
            ({"runs": [0, 96 * 64, 1, 0]}, "do not add up"),
            ({"runs": [0, 2**62, 1, 2**62]}, "do not add up"),
            ({"runs": [0, 2**63]}, "far too large"),
            ({"runs": [0, -1, 1, 96 * 64 + 1]}, "do not add up"),
            ({"runs": [7, 96 * 64]}, "unknown class"),
            ({"runs": [0]}, "pairs"),
            ({"runs": []}, "pairs"),
            ({"runs": None}, "pairs"),
            ({"runs": {"0": 1}}, "pairs"),
            ({"runs": [0, 96.0 * 64]}, "whole numbers"),
            ({"runs": [False, 96 * 64]}, "whole numbers"),
            ({"runs": "0,6144"}, "pairs"),
            ({"after": -1}, "whole number"),
            ({"after": "0"}, "whole number"),
            ({"after": None}, "whole number"),
            ({"after": True}, "whole number"),
            ({"author": 7}, "text"),
            ({"seeded_from": "x" * 201}, "at most 200"),
        ],
    )
    def test_a_mask_that_does_not_fit_is_refused_with_a_sentence(self, client, item, change, sentence):
        answer = client.post(f"/api/items/{item}/revisions", json=body(drawn()) | change)

        assert answer.status_code == 400
        assert sentence in answer.json()["error"]
        assert detail(client, item)["revisions"] == []


class TestTwoPeople:
    """The second save from the same revision is refused with the other's mask, so that both are there to choose."""

    def test_the_second_is_told_and_gets_the_others_mask(self, client, item, clock):
        save(client, item, drawn(), author="Ada")

        answer = save(client, item, drawn(x=10), after=0)

        assert answer.status_code == 409
        told = answer.json()
        assert "saved by somebody else as revision 1" in told["error"]
        assert told["current"] == 1
        assert np.array_equal(pixels(told["theirs"]), drawn())
        assert {key: told["theirs"][key] for key in ("number", "author", "source", "created_at")} == {
            "number": 1,
            "author": "Ada",
            "source": "manual",
            "created_at": clock.now.isoformat(),
        }
        assert np.array_equal(pixels(detail(client, item)["mask"]), drawn())

    def test_saved_after_theirs_it_is_taken(self, client, item):
        save(client, item, drawn())
        current = save(client, item, drawn(x=10)).json()["current"]

        union = np.maximum(drawn(), drawn(x=10))
        answer = save(client, item, union, after=current)

        assert answer.status_code == 201
        assert np.array_equal(pixels(detail(client, item)["mask"]), union)

    def test_an_edit_from_a_revision_that_never_was_is_told_that_nobody_has_saved(self, client, item):
        """As after the database was taken back from a backup."""
        answer = save(client, item, drawn(), after=7)

        assert (answer.status_code, answer.json()["current"]) == (409, 0)
        theirs = answer.json()["theirs"]
        assert (theirs["number"], pixels(theirs).sum()) == (0, 0)
        assert save(client, item, drawn(), after=0).status_code == 201

    def test_of_six_at_the_same_moment_one_is_taken_and_all_others_are_told(self, app, client, item):
        def one(number):
            with TestClient(app, base_url=HERE) as browser:
                return save(browser, item, drawn(x=10 * number), author=str(number))

        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(one, range(6)))

        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
        won = next(n for n, answer in enumerate(answers) if answer.status_code == 201)
        assert np.array_equal(pixels(detail(client, item)["mask"]), drawn(x=10 * won))
        assert {a.json()["theirs"]["author"] for a in answers if a.status_code == 409} == {str(won)}


class TestRestoring:
    """An old revision becomes the newest by a copy; history only grows."""

    def restore(self, client, item, **content):
        return client.post(f"/api/items/{item}/restore", json=content)

    def test_the_old_mask_is_back_as_a_new_revision(self, client, item):
        save(client, item, drawn())
        save(client, item, drawn(x=10), after=1)

        answer = self.restore(client, item, number=1, after=2)

        assert (answer.status_code, answer.json()["number"], answer.json()["status"]) == (201, 3, "labelled")
        shown = detail(client, item)
        assert np.array_equal(pixels(shown["mask"]), drawn())
        assert [(r["number"], r["parent"]) for r in shown["revisions"]] == [(3, 1), (2, 1), (1, 0)]

    def test_a_proposal_restored_is_the_persons_mask_and_names_the_model(self, client, item, storage):
        storage.revisions.append_proposal(item, proposal_of(drawn()))

        answer = self.restore(client, item, number=1, after=0)

        assert (answer.status_code, answer.json()["status"]) == (201, "labelled")
        newest = detail(client, item)["revisions"][0]
        assert (newest["source"], newest["seeded_from"], newest["current"]) == ("manual", "run 1", True)

    def test_from_an_old_state_it_is_refused_with_their_mask(self, client, item):
        save(client, item, drawn())
        save(client, item, drawn(x=10), after=1)

        answer = self.restore(client, item, number=1, after=1)

        assert (answer.status_code, answer.json()["current"]) == (409, 2)
        assert np.array_equal(pixels(answer.json()["theirs"]), drawn(x=10))

    @pytest.mark.parametrize(
        ("content", "status"),
        [
            ({"number": 9, "after": 0}, 404),
            ({"number": 0, "after": 0}, 404),
            ({"number": -1, "after": 0}, 400),
            ({"number": 2**80, "after": 0}, 400),
            ({"after": 0}, 400),
            ({}, 400),
        ],
    )
    def test_a_revision_that_is_not_there(self, client, item, content, status):
        answer = self.restore(client, item, **content)

        assert answer.status_code == status
        assert answer.json()["error"].endswith((".", "it has."))


def proposal_of(mask, **values):
    return replace(proposal(**values), png=masks.to_png(mask), plate_pixels=masks.plate_pixels(mask))


class TestProposals:
    """What a model drew stands beside the person's mask, never in its place."""

    def test_on_a_photograph_nobody_answered(self, client, item, storage):
        storage.revisions.append_proposal(item, proposal_of(drawn(), score=0.75))

        shown = detail(client, item)
        assert (shown["status"], shown["head"], shown["mask"]) == ("proposed", 0, None)
        (kept,) = shown["revisions"]
        assert (kept["source"], kept["score"], kept["current"]) == ("model", 0.75, False)

    def test_on_a_photograph_a_person_answered(self, client, item, storage):
        save(client, item, drawn())

        storage.revisions.append_proposal(item, proposal_of(drawn(x=10)))

        shown = detail(client, item)
        assert (shown["status"], shown["head"]) == ("labelled", 1)
        assert np.array_equal(pixels(shown["mask"]), drawn())
        assert save(client, item, drawn(x=5), after=1).json()["number"] == 3

    def test_accepted_it_is_the_persons_mask_seeded_from_the_model(self, client, item, storage):
        storage.revisions.append_proposal(item, proposal_of(drawn()))

        answer = save(client, item, drawn(), seeded_from="run 1")

        assert (answer.json()["number"], answer.json()["status"]) == (2, "labelled")
        newest = storage.revisions.get(item, 2)
        assert (newest.source, newest.seeded_from, newest.parent) == (RevisionSource.MANUAL, "run 1", 0)

    def test_without_a_model_the_page_is_told_what_to_do(self, client, item):
        answer = client.post(f"/api/items/{item}/proposal", json={"model": "champion"})

        assert answer.status_code == 200
        assert answer.json() == {"model": None, "reason": "No model yet: train one on the Train tab."}

    def test_an_earlier_one_is_shown_by_its_revision(self, client, item, storage):
        bumper = drawn(x=10, width=60, height=4) | drawn()
        for mask, model in ((bumper, "first"), (drawn(), "second")):
            storage.revisions.append_proposal(item, proposal_of(mask, model=model))

        first, second = (client.post(f"/api/items/{item}/proposal", json={"revision": n}).json() for n in (1, 2))

        assert np.array_equal(pixels(first), bumper)
        assert (first["model"], first["revision"]) == ("first", 1)
        # Corners are worth starting from where the region is shaped like a plate.
        assert [plate["plate_like"] for plate in first["plates"] + second["plates"]] == [False, True]

    def test_a_persons_mask_is_no_earlier_proposal(self, client, item):
        save(client, item, drawn())

        assert client.post(f"/api/items/{item}/proposal", json={"revision": 1}).status_code == 400
        assert client.post(f"/api/items/{item}/proposal", json={"revision": 2}).status_code == 404

    @pytest.mark.parametrize(
        "content", [{"model": 7}, {"model": "x" * 300}, {"model": ["champion"]}, {"revision": "1"}]
    )
    def test_a_model_that_is_no_name_is_refused(self, client, item, content):
        assert client.post(f"/api/items/{item}/proposal", json=content).status_code == 400


class TestExcluding:
    """An excluded photograph waits outside, and comes back as what its masks make it."""

    def set(self, client, item, status):
        return client.post(f"/api/items/{item}/status", json={"status": status})

    @pytest.mark.parametrize("before", ["unlabelled", "proposed", "labelled", "no_plate"])
    def test_out_and_in_again(self, client, item, storage, before):
        if before == "proposed":
            storage.revisions.append_proposal(item, proposal_of(drawn()))
        if before == "labelled":
            save(client, item, drawn())
        if before == "no_plate":
            save(client, item, EMPTY, no_plate=True)

        assert self.set(client, item, "excluded").json() == {"status": "excluded"}
        assert storage.items.usable() == ()
        assert self.set(client, item, "included").json() == {"status": before}
        assert detail(client, item)["status"] == before

    def test_an_empty_mask_nobody_called_no_plate_does_not_become_an_answer_on_the_way(self, client, item, storage):
        save(client, item, drawn())
        save(client, item, EMPTY, after=1)
        self.set(client, item, "excluded")

        assert self.set(client, item, "included").json() == {"status": "unlabelled"}
        restored = client.post(f"/api/items/{item}/restore", json={"number": 2, "after": 2})
        assert restored.json()["status"] == "unlabelled"
        assert storage.items.usable() == ()

    def test_a_mask_saved_while_it_is_brought_back_decides_what_it_is(self, client, item, storage, monkeypatch):
        self.set(client, item, "excluded")
        of = storage.revisions.of

        def save_meanwhile(item_id):
            monkeypatch.undo()
            save(client, item, drawn())
            return of(item_id)

        monkeypatch.setattr(storage.revisions, "of", save_meanwhile)
        assert self.set(client, item, "included").json() == {"status": "labelled"}
        assert storage.items.get(item).status is ItemStatus.LABELLED

    def test_including_what_is_not_excluded_is_refused(self, client, item):
        answer = self.set(client, item, "included")

        assert (answer.status_code, answer.json()["error"]) == (409, "This photograph is not excluded.")

    @pytest.mark.parametrize("status", ["labelled", "", "EXCLUDED", 1, None, ["excluded"]])
    def test_another_status_cannot_be_set(self, client, item, status):
        assert self.set(client, item, status).status_code == 400
        assert detail(client, item)["status"] == "unlabelled"


def blots(rng, *, width, height, number=120):
    """A mask of many overlapping plates, each with holes, specks and lines to the very rim."""
    mask = np.zeros((height, width), np.uint8)
    for index in range(number):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        size = (int(rng.integers(1, width // 6)), int(rng.integers(1, height // 6)))
        cv2.ellipse(mask, centre, size, float(rng.uniform(0, 180)), 0, 360, int(index % 3 != 2), -1)
    mask[rng.integers(height, size=500), rng.integers(width, size=500)] ^= 1
    mask[0, ::2] = 1
    mask[:, -1] = 1
    return mask


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (4000, 3000)])
def test_a_large_mask_comes_back_bit_for_bit(client, storage, width, height):
    item = storage.items.add(replace(photo(storage), width=width, height=height))[0].id
    mask = blots(np.random.default_rng(width), width=width, height=height)

    assert save(client, item, mask).status_code == 201

    assert np.array_equal(pixels(client.get(f"/api/items/{item}/masks/1").json()), mask)
    assert np.array_equal(pixels(detail(client, item)["mask"]), mask)
    untouched = client.get(f"/api/items/{item}/masks/1").json()
    again = client.post(
        f"/api/items/{item}/revisions",
        json={"after": 1, "width": width, "height": height, "runs": untouched["runs"]},
    )
    assert again.status_code == 201
    first, second = (storage.revisions.get(item, number) for number in (1, 2))
    assert first.blob == second.blob


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    arrays.arrays(
        np.uint8,
        st.tuples(st.integers(1, 24), st.integers(1, 24)),
        elements=st.integers(0, 1),
    )
)
def test_any_mask_comes_back_bit_for_bit(client, storage, mask):
    height, width = mask.shape
    new = replace(photo(storage), sha256=mask.tobytes().hex()[:40].ljust(50, "x") + f"{width:07}{height:07}")
    added, _ = storage.items.add(replace(new, width=width, height=height))

    saved = save(client, added.id, mask, after=added.head)

    assert saved.status_code == 201, saved.text
    answer = client.get(f"/api/items/{added.id}/masks/{saved.json()['number']}").json()
    assert np.array_equal(pixels(answer), mask)


def test_an_imported_mask_with_holes_comes_to_the_editor_as_it_was(client):
    mask = blots(np.random.default_rng(3), width=96, height=64, number=10)
    upload(client, {"images/car.jpg": jpeg(2), "masks/car.png": png_of(Pillow.fromarray(mask * 255))})

    (item,) = items_of(client)
    assert np.array_equal(pixels(detail(client, item["id"])["mask"]), mask)
