"""Start is refused, with the way out, before any process: too little, one class of answer, a batch too large."""

from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from plateseg.domain.runs import RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import ItemStatus, Split
from plateseg.errors import BadCheckpoint, BadConfig, NotFound, WrongState
from plateseg.learning.losses import register_loss
from plateseg.services import estimation, origins, splitting, training
from plateseg.services.models import weights_of
from tests.integration.judged_samples import PERFECT, weights_by_hand
from tests.integration.learning_samples import TINY
from tests.integration.run_samples import give_model
from tests.integration.storage_samples import add, mask, proposal, queued


def label(storage, number, *, first=0, **values):
    return [add(storage, f"car{n}.jpg", mask(f"mask {n}", **values)) for n in range(first, first + number)]


def no_plate(storage, number, *, first=100):
    return label(storage, number, first=first, plate_pixels=0, no_plate=True)


def start(storage, settings, clock, name="", **config):
    return training.start(storage, TrainConfig(**config), name=name, settings=settings, now=clock.now)


def nothing(storage):
    add(storage, "waiting.jpg")


def only_proposals(storage):
    storage.revisions.append_proposal(add(storage, "proposed.jpg").id, proposal())


def one(storage):
    label(storage, 1)


def two(storage):
    label(storage, 2)


def only_no_plate(storage):
    no_plate(storage, 5)


def only_excluded(storage):
    for item in label(storage, 4):
        storage.items.set_status(item.id, ItemStatus.EXCLUDED)


def few(storage):
    label(storage, 5)


def one_scene(storage):
    for number in range(6):
        add(storage, f"drive.frame_{number}.jpg", mask(f"mask {number}"))


def all_in_train(storage):
    storage.splits.assign({item.id: Split.TRAIN for item in label(storage, 6)})


def all_in_test(storage):
    storage.splits.assign({item.id: Split.TEST for item in label(storage, 6)})


REFUSED = [
    (nothing, {}, WrongState, "No photograph is labelled yet. Draw masks on the Annotate tab"),
    (only_proposals, {}, WrongState, "No photograph is labelled yet."),
    (only_excluded, {}, WrongState, "No photograph is labelled yet."),
    (only_no_plate, {}, WrongState, 'All 5 labelled photographs say "no plate here"'),
    (one, {}, WrongState, "Only one photograph is labelled."),
    (few, {"batch_size": 8}, BadConfig, "A batch of 8 is larger than the 4 training photographs. Set the batch size"),
    (one_scene, {}, WrongState, "no labelled photograph to validate on"),
    (all_in_train, {}, WrongState, "no labelled photograph to validate on"),
    (all_in_test, {}, WrongState, "no labelled photograph to train on"),
    (few, {"start_from": "99"}, NotFound, "no run 99"),
    (few, {"start_from": "/nowhere.pt"}, NotFound, "no weights file called"),
    (few, {"start_from": "champion"}, NotFound, "no model yet"),
    (few, {"loss": "mystery"}, BadConfig, "There is no loss called 'mystery'. Choose one of bce_dice, "),
    (few, {"loss": "bce:0.5+mystery"}, BadConfig, "There is no loss called 'mystery'."),
    (few, {"loss": "bce:much"}, BadConfig, "needs a weight above 0 behind bce:, not 'much'. Try bce:0.5"),
    (few, {"architecture": "nonsense"}, BadConfig, "There is no architecture called 'nonsense'. Choose auto or one of"),
    (few, {"architecture": "unet", "encoder": "nonsense"}, BadConfig, "There is no encoder called 'nonsense'."),
    (few, {"architecture": "unet", "encoder": "tu-nonsense"}, BadConfig, "There is no encoder called 'tu-nonsense'."),
    (few, {"architecture": "pspnet", "batch_size": 1}, BadConfig, "Set the batch size to 2 or more."),
    (two, {"architecture": "deeplabv3_resnet50", "batch_size": 0}, BadConfig, "at a time, and there is 1. Label more."),
]


@pytest.mark.parametrize(
    ("dataset", "config", "error", "sentence"), REFUSED, ids=lambda value: getattr(value, "__name__", "")
)
def test_a_start_that_cannot_be_is_refused_with_the_way_out(storage, settings, clock, dataset, config, error, sentence):
    dataset(storage)

    with pytest.raises(error, match=sentence):
        start(storage, settings, clock, **config)

    assert storage.runs.all() == ()
    assert storage.snapshots.sizes() == {}
    assert not settings.runs_folder.exists()


@pytest.mark.parametrize(
    "config",
    [
        {"epochs": 0}, {"batch_size": -1}, {"batch_size": 1000}, {"learning_rate": 0.0}, {"learning_rate": 2.0},
        {"image_size": 500}, {"image_size": 32}, {"device": "tpu"}, {"augment": "wild"}, {"epochs": True},
        {"epochs": "many"}, {"time_budget_minutes": -1}, {"learning_rate": float("nan")},
        {"crop_size": 100}, {"crop_size": 512, "image_size": 256}, {"optimizer": "lion"}, {"schedule": "steps"},
        {"accumulate": 0}, {"clip_gradient": -1}, {"positive_weight": 0}, {"patience": -1},
    ],
)  # fmt: skip
def test_a_setting_out_of_its_range_is_refused(config):
    with pytest.raises(BadConfig):
        TrainConfig(**config)


def test_a_run_is_queued_on_a_frozen_list_of_what_is_labelled(storage, settings, clock):
    label(storage, 9)
    no_plate(storage, 1)
    add(storage, "waiting.jpg")

    run = start(storage, settings, clock, name="  my   first ", batch_size=2)

    assert (run.status, run.name, run.config.batch_size) == (RunStatus.QUEUED, "my first", 2)
    snapshot = storage.snapshots.get(run.snapshot_id)
    assert (len(snapshot.part(Split.TRAIN)), len(snapshot.part(Split.VAL))) == (8, 2)


def test_a_run_without_a_name_is_called_by_what_and_when(storage, settings, clock):
    label(storage, 5)

    assert start(storage, settings, clock, batch_size=2).name == "auto 2026-03-14 15:09"


@pytest.mark.parametrize("name", ["x" * 121])
def test_a_name_without_end_is_refused_and_nothing_is_frozen(storage, settings, clock, name):
    label(storage, 5)

    with pytest.raises(BadConfig, match="1 to 120 characters"):
        start(storage, settings, clock, name=name, batch_size=2)

    assert storage.snapshots.sizes() == {}


def test_two_photographs_are_one_to_train_on_and_one_to_validate_on(storage, settings, clock):
    label(storage, 2)

    run = start(storage, settings, clock, batch_size=1)

    sizes = storage.snapshots.sizes()[run.snapshot_id]
    assert sizes == {Split.TRAIN: 1, Split.VAL: 1}


def test_a_photograph_keeps_its_split_for_ever(storage, settings, clock):
    label(storage, 10)
    start(storage, settings, clock, batch_size=1)
    before = {item.id: item.split for item, _ in storage.items.usable()}

    label(storage, 30, first=10)
    start(storage, settings, clock, batch_size=1)

    after = {item.id: item.split for item, _ in storage.items.usable()}
    assert {number: after[number] for number in before} == before
    assert sum(split is Split.VAL for split in after.values()) == 8


class TestWhatTheTabSays:
    """The counts beside the form agree with what a start would freeze."""

    @pytest.mark.parametrize("number", [2, 3, 5, 10, 23])
    def test_as_many_as_a_start_takes(self, storage, settings, clock, number):
        label(storage, number)
        said = estimation.count(storage)

        run = start(storage, settings, clock, batch_size=1)

        sizes = storage.snapshots.sizes()[run.snapshot_id]
        assert (said.train + said.val, said.problem) == (number, "")
        assert (said.train, said.val) == (sizes[Split.TRAIN], sizes[Split.VAL])

    @pytest.mark.parametrize("dataset", [nothing, only_proposals, one, only_no_plate])
    def test_why_it_cannot_start(self, storage, settings, clock, dataset):
        dataset(storage)

        said = estimation.count(storage)

        with pytest.raises(WrongState) as refusal:
            start(storage, settings, clock)
        assert said.problem == str(refusal.value)

    def test_what_waits_for_a_mask(self, storage):
        nothing(storage)
        only_proposals(storage)
        label(storage, 1)

        assert estimation.count(storage).unlabelled == 2


class TestEstimate:
    """How long an epoch takes, before the click."""

    SMALL = TrainConfig(architecture="unet", encoder="resnet18", device="cpu", image_size=64, batch_size=1)

    def trained(self, storage, settings, config, **taken):
        run = queued(storage, **asdict(config))
        storage.runs.claim(run.id, device="cpu", host=settings.machine, pid=1)
        work = {"epoch": 0, "step": 9, "steps_per_epoch": 9, "seconds_per_step": 123.0, "message": ""}
        storage.runs.beat(run.id, pid=1, **work, **taken)

    def estimated(self, storage, settings, config):
        return estimation.estimate(storage, estimation.Trials(), config, train=2, val=1, settings=settings)

    def test_an_earlier_run_of_the_same_work_tells(self, storage, settings):
        self.trained(storage, settings, self.SMALL)

        said = self.estimated(storage, settings, self.SMALL)

        assert (said.measured, said.seconds_per_epoch) == (True, 246.0)

    def test_an_earlier_run_tells_of_steps_as_large_as_it_took_them(self, storage, settings):
        """Its batch was found by trying: 8 photographs, not the 4 that are guessed where nothing was tried."""
        found = replace(self.SMALL, batch_size=0, accumulate=2)
        self.trained(storage, settings, found, batch_taken=8)

        said = estimation.estimate(storage, estimation.Trials(), found, train=160, val=1, settings=settings)

        assert (said.measured, said.seconds_per_epoch) == (True, 10 * 123.0)

    def test_a_run_on_another_encoder_tells_nothing(self, storage, settings):
        self.trained(storage, settings, replace(self.SMALL, encoder="resnet34"))

        assert not self.estimated(storage, settings, self.SMALL).measured


class TestFind:
    """A run by its number, or the champion."""

    def test_by_number_and_as_champion(self, storage, settings):
        run = queued(storage)
        give_model(storage, run, settings.home)
        training.promote(storage, run.id)

        assert training.find(storage, str(run.id)).id == training.find(storage, "champion").id == run.id

    @pytest.mark.parametrize("reference", ["", "x", "-1", "1.0", "²", "99", "9" * 30, "champion", "1; drop table runs"])
    def test_what_is_none_is_said(self, storage, reference):
        with pytest.raises(NotFound):
            training.find(storage, reference)


def test_a_start_from_the_champion_means_the_run_that_is_champion_now(storage, settings, clock):
    label(storage, 6)
    first = queued(storage, "the best")
    give_model(storage, first, settings.home)
    training.promote(storage, first.id)

    config = TrainConfig(start_from="champion", batch_size=1)
    run = training.start(storage, config, settings=settings, now=clock())

    assert storage.runs.get(run.id).config.start_from == str(first.id)


UNET = {"architecture": "unet", "encoder": "resnet18"}


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        (UNET, None),
        ({"architecture": "segformer"}, "Choose the architecture unet and the encoder resnet18 to start from them"),
        ({"architecture": "pspnet", "encoder": "resnet18"}, "Choose the architecture unet to start from them"),
        (UNET | {"encoder": "resnet34"}, "Choose the encoder resnet18 to start from them"),
        (UNET | {"architecture": "fpn"}, "Choose the architecture unet to start from them"),
        (UNET | {"classes": "plate, sticker"}, "Choose the classes plate to start from them"),
    ],
)
def test_a_start_from_another_network_is_refused_before_it_is_queued(storage, settings, clock, config, sentence):
    label(storage, 6)
    first = queued(storage, "the first", **UNET)
    give_model(storage, first, settings.home)

    if sentence is None:
        assert start(storage, settings, clock, start_from="1", **config).status is RunStatus.QUEUED
        return
    with pytest.raises(BadConfig, match=sentence):
        start(storage, settings, clock, start_from="1", **config)
    assert [run.id for run in storage.runs.all()] == [first.id]


@pytest.mark.parametrize("cuda", [False, True])
def test_auto_is_the_network_of_what_it_starts_from(storage, settings, clock, monkeypatch, cuda):
    monkeypatch.setattr("torch.cuda.is_available", lambda: cuda)
    label(storage, 6)
    give_model(storage, queued(storage, "the first", **UNET), settings.home)

    run = start(storage, settings, clock, start_from="1")

    assert (run.config.architecture, run.config.encoder) == ("unet", "resnet18")
    assert origins.followed(storage, TrainConfig(start_from="1"), scratch=settings.scratch).architecture == "unet"
    assert run.name.startswith("unet ")


def test_auto_is_the_network_of_a_weights_file(storage, settings, clock, tmp_path):
    label(storage, 6)
    path = weights_by_hand(tmp_path / "mine.pt", PERFECT)

    assert start(storage, settings, clock, start_from=str(path)).config.architecture == TINY
    with pytest.raises(BadConfig, match=r"weights of the file mine\.pt are of another network than fpn as set here"):
        start(storage, settings, clock, start_from=str(path), architecture="fpn")
    with pytest.raises(BadConfig, match="Choose 1 class to start from them"):
        start(storage, settings, clock, start_from=str(path), classes="plate, sticker")


def test_a_file_that_is_no_weights_file_is_refused_at_start(storage, settings, clock, tmp_path):
    label(storage, 6)
    path = tmp_path / "mine.pt"
    path.write_bytes(b"no weights at all")

    with pytest.raises(BadCheckpoint, match=r"mine\.pt is not a PyTorch weights file. Choose another file"):
        start(storage, settings, clock, start_from=str(path))
    assert storage.runs.all() == ()


def test_what_somebody_registered_starts_although_no_list_names_it(storage, settings, clock):
    @register_loss("registered-for-start")
    def registered(logits, target, positive_weight):
        return logits.mean()

    label(storage, 5)

    run = start(storage, settings, clock, loss="bce:0.5+registered-for-start", architecture=TINY)

    assert (run.status, run.config.loss) == (RunStatus.QUEUED, "bce:0.5+registered-for-start")


EARLY, ALL = 3, 50
"""Epochs that a run of 50 had done when it ended: before its time, or all."""


@pytest.mark.parametrize(
    ("config", "done", "changes", "sentence"),
    [
        ({}, ALL, {}, "has done all its 50 epochs"),
        ({}, ALL, {"epochs": 60}, None),
        ({"time_budget_minutes": 20.0}, EARLY, {}, "has used its time budget of 20 minutes. Resume it with more time"),
        ({"time_budget_minutes": 20.0}, EARLY, {"epochs": 60}, "has used its time budget of 20 minutes"),
        ({"time_budget_minutes": 20.0}, EARLY, {"time_budget_minutes": 30.0}, None),
        ({"time_budget_minutes": 20.0}, EARLY, {"time_budget_minutes": 0.0}, None),
        ({"time_budget_minutes": 20.0}, ALL, {"epochs": 60}, None),
        ({"patience": 5}, EARLY, {}, "had no better model for 5 epochs. Resume it with more patience"),
        ({"patience": 5}, EARLY, {"patience": 9}, None),
        ({"patience": 5}, EARLY, {"patience": 0}, None),
        (
            {"patience": 5, "time_budget_minutes": 20.0},
            EARLY,
            {},
            "minutes or had no better model for 5 epochs",
        ),
        ({"patience": 5, "time_budget_minutes": 20.0}, EARLY, {"patience": 9}, None),
    ],
)
def test_a_finished_run_goes_on_if_it_has_something_left_to_do(
    storage, settings, clock, config, done, changes, sentence
):
    run = queued(storage, **config)
    storage.runs.claim(run.id, device="cpu", host="here", pid=1)
    storage.runs.beat(run.id, pid=1, epoch=done, step=9, steps_per_epoch=1, seconds_per_step=1.0, message="")
    run = storage.runs.finish(run.id, RunStatus.FINISHED, "It ended.")
    asked = replace(run.config, **changes) if changes else None

    if sentence is None:
        again = training.resume(storage, run.id, settings=settings, now=clock.now, config=asked)
        assert again.status is RunStatus.QUEUED
        return
    with pytest.raises(WrongState, match=sentence):
        training.resume(storage, run.id, settings=settings, now=clock.now, config=asked)


def test_a_run_is_not_resumed_on_a_device_that_is_not_there(storage, settings, clock, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    label(storage, 5)
    run = start(storage, settings, clock)
    storage.runs.request_stop(run.id)

    with pytest.raises(BadConfig, match="This machine offers PyTorch no cuda device"):
        training.resume(storage, run.id, settings=settings, now=clock.now, config=replace(run.config, device="cuda"))

    assert storage.runs.get(run.id).status is RunStatus.STOPPED


def test_weights_are_found_by_number_champion_and_path(storage, settings, tmp_path):
    run = queued(storage, "the best")
    give_model(storage, run, settings.home)
    file = tmp_path / "mine.pt"
    file.write_bytes(b"weights")
    training.promote(storage, run.id)

    by_number = weights_of(storage, str(run.id), scratch=settings.scratch)
    by_path = weights_of(storage, str(file), scratch=settings.scratch)

    assert by_number == weights_of(storage, "champion", scratch=settings.scratch)
    assert by_number == weights_of(storage, "", scratch=settings.scratch)
    assert (by_number.name, by_number.path.read_bytes()) == ("the best", f"weights of run {run.id}".encode())
    assert (by_path.name, by_path.path) == ("mine.pt", file)


def test_where_the_champion_was_deleted_the_way_out_is_not_to_train_again(storage, settings, clock):
    for name in ("the best", "another"):
        give_model(storage, queued(storage, name), settings.home)
    training.promote(storage, 1)
    training.delete(storage, 1, settings=settings, now=clock.now)

    with pytest.raises(NotFound, match="There is no champion: make a run the champion on the Runs tab"):
        weights_of(storage, "champion", scratch=settings.scratch)


def test_splits_are_drawn_by_the_seed_and_kept_unless_asked_anew(storage):
    label(storage, 40)

    sizes = splitting.split(storage, val=0.25, test=0.1, seed=1).sizes
    first = {item.id: item.split for item, _ in storage.items.usable()}
    splitting.split(storage, val=0.5, seed=2)
    second = {item.id: item.split for item, _ in storage.items.usable()}
    splitting.split(storage, val=0.25, test=0.1, seed=2, anew=True)
    third = {item.id: item.split for item, _ in storage.items.usable()}

    assert (sizes[Split.TRAIN], sizes[Split.VAL], sizes[Split.TEST]) == (26, 10, 4)
    assert first == second
    assert third != first
