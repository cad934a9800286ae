"""suspects with real small models on drawn plates: what was planted is found, stopped checks go on, people answer."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from plateseg.cli import main
from plateseg.domain import drawn, images, masks, splits
from plateseg.domain.runs import RunStatus
from plateseg.domain.types import ItemStatus, RevisionSource
from plateseg.errors import BadConfig, WrongState
from plateseg.services import annotation, liveness, suspects
from plateseg.services.fold_models import FoldReporter
from plateseg.services.suspects import CheckConfig
from storage.items import NewItem
from storage.suspects import Suspect
from tests.integration.storage_samples import add, mask

TINY = CheckConfig(folds=2, epochs=1, image_size=64, device="cpu")
PICTURES = 12


@pytest.fixture(scope="module")
def pictures():
    """Drawn photographs with their masks."""
    return [drawn.draw(np.random.default_rng([9, n]), width=160, height=120)[:2] for n in range(PICTURES)]


@pytest.fixture
def labelled(storage, pictures):
    """All of them labelled, the mask of photograph 3 forgotten."""
    for number, (image, truth) in enumerate(pictures):
        data = images.encode_jpeg(image)
        blob = storage.blobs.put(data, "jpg")
        drawn_mask = np.zeros_like(truth) if number == 2 else truth
        pixels = masks.plate_pixels(drawn_mask)
        new = NewItem(
            sha256=hashlib.sha256(data).hexdigest(), name=f"{number}.jpg", width=160, height=120,
            capture_group=f"look:{number}", image_blob=blob, thumbnail_blob=blob, media_type="image/jpeg",
            fingerprint=splits.fingerprint(image),
        )  # fmt: skip
        answer = mask(png=masks.to_png(drawn_mask), plate_pixels=pixels, no_plate=not pixels)
        storage.items.add(new, answer)
    return storage


def test_every_mask_is_judged_once_by_a_model_that_never_saw_it(labelled, settings, clock):
    queued = suspects.start(labelled, settings, TINY, clock())
    said = []

    ended = suspects.run(labelled, settings, queued.id, tell=said.append)

    assert (ended.status, ended.folds_done) == (RunStatus.FINISHED, 2)
    assert labelled.suspects.judged(queued.id) == set(range(1, PICTURES + 1))
    assert any("Fold 2 of 2" in text for text in said)
    assert not (settings.check_folder(queued.id) / "work").exists()
    ranked = labelled.suspects.ranked(queued.id, limit=99, above=-1)
    assert [each.score for _, each in ranked] == sorted((each.score for _, each in ranked), reverse=True)
    for item, suspect in ranked:
        assert suspect.revision == item.head == 1
        assert bool(suspect.proposal) == (suspect.score > suspects.WORTH_A_LOOK)
        if suspect.proposal:
            assert labelled.revisions.get(item.id, suspect.proposal).source is RevisionSource.MODEL
    assert {item.status for item, _ in ranked} == {ItemStatus.LABELLED, ItemStatus.NO_PLATE}


def test_a_check_that_was_stopped_goes_on_with_the_folds_that_are_left(labelled, settings, clock):
    queued = suspects.start(labelled, settings, TINY, clock())

    def stop_in_the_second_fold(text):
        if text.startswith("Fold 2"):
            labelled.suspects.request_stop(queued.id)

    stopped = suspects.run(labelled, settings, queued.id, tell=stop_in_the_second_fold)
    assert (stopped.status, stopped.folds_done) == (RunStatus.STOPPED, 1)
    first = labelled.suspects.judged(queued.id)
    assert 0 < len(first) < PICTURES

    again = suspects.resume(labelled, settings, clock())
    said = []
    assert suspects.run(labelled, settings, again.id, tell=said.append).status is RunStatus.FINISHED
    assert not any(text.startswith("Fold 1") for text in said)
    assert labelled.suspects.judged(queued.id) == set(range(1, PICTURES + 1))
    with pytest.raises(WrongState, match="has finished"):
        suspects.resume(labelled, settings, clock())


def test_a_stop_is_asked_about_however_often_the_training_tells_where_it_is(tmp_path):
    """Slow steps tell right before each question: a person's stop waited for the end of the fold."""
    told = []
    reporter = FoldReporter(tmp_path, tell=told.append, stop=lambda: True, epochs=3)

    reporter.progress(0, 1, 4, 0.5)
    reporter.progress(0, 2, 4, 0.5)

    assert reporter.stop_requested()
    assert told == ["epoch 1 of 3, step 1"]


def rigged(storage):
    """A finished check of three photographs, without a model."""
    items = [add(storage, name, mask(name)) for name in ("a", "b", "c")]
    check = storage.suspects.create({"folds": 2}, folds=2)
    proposal = storage.revisions.append_proposal(items[0].id, mask("said", source=RevisionSource.MODEL))
    found = [
        Suspect(items[0].id, 1, proposal.number, "shape", 0.2, 0.9),
        Suspect(items[1].id, 1, 0, "shape", 0.5, 0.5),
        Suspect(items[2].id, 1, 0, "shape", 1.0, 0.0),
    ]
    storage.suspects.add(check.id, found, folds_done=2)
    storage.suspects.end(check.id, RunStatus.FINISHED, "Done.")
    return check, items


class TestAnswers:
    """A suspect leaves the list when a person saves another mask, keeps this one, excludes or deletes."""

    def names(self, storage, check):
        return [item.name for item, _ in suspects.worst(storage, check.id, limit=9)]

    def test_ranked_and_without_those_that_agree(self, storage):
        check, _ = rigged(storage)

        assert self.names(storage, check) == ["a", "b"]
        assert storage.suspects.waiting(check.id, above=suspects.WORTH_A_LOOK) == 2

    def test_keeping_saving_excluding_deleting(self, storage):
        check, (a, b, _) = rigged(storage)

        storage.suspects.keep(check.id, a.id, kept=True)
        assert self.names(storage, check) == ["b"]
        storage.suspects.keep(check.id, a.id, kept=False)
        annotation.restore(storage, a.id, number=2, after=1)
        assert self.names(storage, check) == ["b"]
        assert storage.suspects.of(check.id, a.id) is None
        annotation.exclude(storage, b.id, excluded=True)
        assert self.names(storage, check) == []
        storage.items.delete(b.id)
        assert storage.suspects.judged(check.id) == {1, 3}

    def test_the_page_sees_them_and_answers(self, storage, client):
        check, (a, b, c) = rigged(storage)

        found = client.get("/api/suspects").json()
        assert [each["name"] for each in found["suspects"]] == ["a", "b"]
        assert (found["waiting"], found["check"]["status"]) == (2, "finished")
        assert client.get(f"/api/suspects/next?item={a.id}").json() == {"next": b.id}
        assert client.post(f"/api/suspects/{a.id}/keep", json={}).json() == {"kept": True, "next": b.id}
        assert client.get("/api/suspects").json()["waiting"] == 1
        assert client.post(f"/api/suspects/{c.id + 9}/keep", json={}).status_code == 404


class TestLife:
    """One at a time, and a dead one never looks alive."""

    def test_two_at_once_are_refused_and_a_dead_one_makes_room(self, labelled, settings, clock):
        first = suspects.start(labelled, settings, TINY, clock())
        with pytest.raises(WrongState, match="under way"):
            suspects.start(labelled, settings, TINY, clock())
        labelled.suspects.beat(first.id, "Fold 1 of 2.")
        with liveness.held(settings.check_folder(first.id), busy="-"):
            seen = suspects.as_it_stands(labelled.suspects.check(first.id), settings, clock())
            assert seen.status is RunStatus.RUNNING

        seen = suspects.as_it_stands(labelled.suspects.check(first.id), settings, clock())
        assert seen.status is RunStatus.LOST
        assert suspects.start(labelled, settings, TINY, clock()).id == first.id + 1

    def test_a_check_that_ends_while_somebody_looks_stays_finished(self, labelled, settings, clock, monkeypatch):
        check = suspects.start(labelled, settings, TINY, clock())
        labelled.suspects.beat(check.id, "Fold 2 of 2.")

        def ends_meanwhile(seen, *_):
            labelled.suspects.end(seen.id, RunStatus.FINISHED, "Done.")
            return replace(seen, status=RunStatus.LOST)

        monkeypatch.setattr(suspects, "as_it_stands", ends_meanwhile)
        suspects.end_lost(labelled, settings, clock())
        assert labelled.suspects.check(check.id).status is RunStatus.FINISHED

    def test_too_little_to_learn_from(self, storage, settings, clock):
        add(storage, "alone", mask())
        with pytest.raises(WrongState, match="at least 8"):
            suspects.start(storage, settings, TINY, clock())

    @pytest.mark.parametrize("wrong", [{"folds": 1}, {"epochs": 0}, {"image_size": 100}, {"device": "abacus"}])
    def test_an_impossible_check(self, wrong):
        with pytest.raises(BadConfig):
            CheckConfig(**wrong)

    def test_what_goes_wrong_is_a_sentence(self, labelled, settings, clock, monkeypatch):
        queued = suspects.start(labelled, settings, TINY, clock())
        for item in labelled.items.page(limit=99).items:
            labelled.items.delete(item.id)
        for number in range(8):
            add(labelled, f"broken {number}", mask(f"{number}"))

        ended = suspects.run(labelled, settings, queued.id)

        assert ended.status is RunStatus.FAILED
        assert "could not be read" in ended.message


def test_the_command_line_without_a_check(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PLATESEG_HOME", str(tmp_path))
    for name in ("DATABASE_URL", "PLATESEG_BLOBS"):
        monkeypatch.delenv(name, raising=False)

    assert main(["suspects", "--show"]) == 2
    assert "No labels were checked yet" in capsys.readouterr().err
    assert main(["suspects", "--folds", "1"]) == 2
    assert main(["suspects"]) == 2
    assert "at least 8" in capsys.readouterr().err
