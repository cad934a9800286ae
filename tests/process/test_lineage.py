"""Champions, runs that start from others, runs that go on for longer, and what is told meanwhile."""

from __future__ import annotations

from plateseg.domain.runs import CheckpointKind, RunStatus
from tests.process.conftest import EPOCHS
from tests.process.homes import QUICK, until


def test_the_first_finished_run_is_the_champion_until_a_person_insists_on_another(trained):
    assert trained.run(1).champion

    assert trained.train("--epochs", "1", "--start-from", "1", "--name", "second").code == 0
    assert (trained.run(1).champion, trained.run(2).champion) == (True, False)
    assert "Starts from the weights in " in trained.log(2)

    shown = trained.view(2)
    assert (shown["judgement"]["images"], shown["verdict"]["images"]) == (shown["val_items"], shown["val_items"])
    assert shown["verdict"]["decision"] == "cannot tell", "so few photographs cannot tell"
    refused = trained.do("runs", "--promote", "2")
    assert (refused.code, "cannot be told whether run 2 is better" in refused.output) == (2, True)
    assert trained.do("runs", "--promote", "2", "--anyway").code == 0
    assert (trained.run(1).champion, trained.run(2).champion) == (False, True)


def test_a_run_that_started_from_another_resumes_without_it(trained):
    verb = trained.begin("train", *QUICK, "--epochs", "50", "--start-from", "1")
    until(lambda: trained.steps(2) and trained.has(CheckpointKind.LAST, 2), "run 2 has a checkpoint")
    verb.kill()
    assert trained.do("runs", "--delete", "1").code == 0

    assert trained.do("train", "--resume", "2", "--epochs", "4").code == 0

    run = trained.run(2)
    assert (run.status, run.epoch, run.champion) == (RunStatus.FINISHED, 4, True)
    assert [step for step, _ in trained.curve("train/loss", 2)] == list(range(1, run.step + 1))


def test_a_finished_run_goes_on_with_more_epochs_on_one_curve(trained):
    before = {name: trained.curve(name) for name in ("train/loss", "val/loss")}
    refused = trained.do("train", "--resume", "1")
    assert (refused.code, f"has done all its {EPOCHS} epochs" in refused.output) == (2, True)
    refused = trained.do("train", "--resume", "1", "--learning-rate", "0.1")
    assert (refused.code, "keeps its learning_rate" in refused.output) == (2, True)

    assert trained.do("train", "--resume", "1", "--epochs", str(EPOCHS + 1)).code == 0

    run = trained.run(1)
    assert (run.status, run.epoch, run.step) == (RunStatus.FINISHED, EPOCHS + 1, (EPOCHS + 1) * run.steps_per_epoch)
    for name, curve in before.items():
        assert trained.curve(name)[: len(curve)] == curve
    assert [step for step, _ in trained.curve("train/loss")] == list(range(1, run.step + 1))
    assert [step for step, _ in trained.curve("val/loss")] == [
        epoch * run.steps_per_epoch for epoch in range(1, EPOCHS + 2)
    ]


def test_what_a_run_tells_while_it_works(home):
    verb = home.begin("train", *QUICK, "--epochs", "40")
    home.await_step(1)
    first = until(lambda: home.view() if home.view()["seconds_per_step"] else None, "a step was measured")
    home.await_step(first["step"] + 3)
    later = home.view()
    verb.kill()

    for shown in (first, later):
        steps_left = 40 * shown["steps_per_epoch"] - shown["step"]
        assert shown["steps_per_epoch"] == 3
        assert shown["eta_seconds"] == steps_left * shown["seconds_per_step"]
        assert 0 < shown["progress"] < 1
        assert shown["images_per_second"] > 0
        assert shown["memory_mb"] > 50
        assert (shown["status"], shown["device"], shown["stopping"]) == ("running", "cpu", False)
    assert later["progress"] > first["progress"]
    assert later["step"] > first["step"]
    assert "Training unet_efficientnet_lite0 on cpu." in later["log_tail"]
