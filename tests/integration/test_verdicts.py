"""Better than the champion? On the same photographs, kept, and asked for before a champion is replaced."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import text

from plateseg.cli import main
from plateseg.domain import masks
from plateseg.domain.runs import STARTER
from plateseg.domain.types import RevisionSource, Split
from plateseg.domain.verdict import Decision
from plateseg.errors import NotBetter
from plateseg.services import training, verdicts
from plateseg.services.prediction import Models
from storage.revisions import NewRevision
from tests.integration.judged_samples import BLIND, PERFECT, SHIFTED, finished, labelled_plates


@pytest.fixture
def models(tmp_path):
    return Models(tmp_path / "scratch")


@pytest.fixture
def plates_in(storage):
    """Eight photographs to validate with."""
    return labelled_plates(storage)


@pytest.fixture
def champion(storage, tmp_path, models, plates_in):
    """A champion that is a few pixels off."""
    run = finished(storage, tmp_path, SHIFTED, "the champion")
    verdicts.judge(storage, models, run.id)
    return verdicts.succeed(storage, run)


def make_starter(storage, run):
    with storage.database.writing() as session:
        session.execute(text("UPDATE runs SET origin = :origin WHERE id = :id"), {"origin": STARTER, "id": run.id})


def test_the_first_run_is_judged_without_a_rival_and_becomes_champion(storage, champion):
    judged = storage.judgements.get(champion.id)

    assert storage.runs.champion().id == champion.id
    assert (judged.summary["images"], judged.against, judged.verdict) == (8, None, None)
    assert 0.5 < judged.summary["mean_iou_low"] <= judged.summary["mean_iou"] < 0.95
    assert judged.summary["plate_recall"] == 1


@pytest.mark.parametrize(
    ("model", "decision", "sentence"),
    [
        (PERFECT, Decision.BETTER, None),
        (BLIND, Decision.WORSE, "is worse than the champion the champion (run 1)"),
        (SHIFTED, Decision.UNSURE, "It cannot be told whether run 2 is better"),
    ],
)
def test_a_run_replaces_the_champion_only_if_it_is_better(
    storage, tmp_path, models, champion, model, decision, sentence
):
    run = finished(storage, tmp_path, model)
    judged = verdicts.judge(storage, models, run.id)
    assert (judged.verdict.decision, judged.verdict.images, judged.against.run_id) == (decision, 8, champion.id)
    assert verdicts.succeed(storage, run).champion is False, "a person's champion is not replaced silently"

    if sentence is None:
        assert training.promote(storage, run.id).champion
        assert storage.judgements.get(champion.id).verdict.decision is Decision.WORSE, "the others are compared anew"
        return
    with pytest.raises(NotBetter, match=r"make it champion anyway") as refused:
        training.promote(storage, run.id)
    assert sentence in str(refused.value)
    assert storage.runs.champion().id == champion.id
    assert training.promote(storage, run.id, anyway=True).champion


@pytest.mark.parametrize(("model", "replaced"), [(PERFECT, True), (BLIND, False), (SHIFTED, False)])
def test_a_starter_model_gives_way_to_the_first_run_that_is_better(
    storage, tmp_path, models, champion, model, replaced
):
    make_starter(storage, champion)
    run = finished(storage, tmp_path, model)
    verdicts.judge(storage, models, run.id)

    assert verdicts.succeed(storage, run).champion is replaced
    assert storage.runs.champion().id == (run.id if replaced else champion.id)


def test_a_run_never_compared_is_refused_with_the_way_out(storage, tmp_path, champion):
    run = finished(storage, tmp_path, PERFECT)

    with pytest.raises(NotBetter, match="has not been compared with the champion the champion"):
        training.promote(storage, run.id)


def test_the_champion_is_judged_on_photographs_that_came_later_and_on_no_others(storage, tmp_path, models, champion):
    added = labelled_plates(storage, train=0, val=3, seed=5)
    run = finished(storage, tmp_path, PERFECT)
    weights = storage.judgements.get(champion.id).weights
    before = storage.scores.of(champion.id, weights=weights)

    judged = verdicts.judge(storage, models, run.id)

    after = storage.scores.of(champion.id, weights=weights)
    assert judged.verdict.images == 11
    assert {each.item_id for each in after} - {each.item_id for each in before} == {item.id for item in added}
    assert verdicts.keep(storage, champion, None).summary["images"] == 8, "its own figures stay those of its own part"


def test_a_mask_corrected_since_is_judged_anew(storage, tmp_path, models, champion, plates_in):
    item = plates_in[-1]
    new = masks.to_png(masks.read_png(storage.blobs.get(storage.revisions.get(item.id, 1).blob)) * 0)
    storage.revisions.append(
        item.id, NewRevision(source=RevisionSource.MANUAL, png=new, plate_pixels=0, no_plate=True), after=1
    )
    run = finished(storage, tmp_path, PERFECT)

    judged = verdicts.judge(storage, models, run.id)

    assert judged.verdict.images == 8
    assert storage.scores.predicted(run.id, item.id)[0].truth == storage.revisions.get(item.id, 2).blob
    assert judged.summary["plate_precision"] == pytest.approx(7 / 8)


def test_photographs_the_champion_trained_on_say_nothing(storage, tmp_path, models, champion, plates_in):
    storage.splits.assign({item.id: Split.VAL for item in plates_in[:2]})
    run = finished(storage, tmp_path, PERFECT)

    judged = verdicts.judge(storage, models, run.id)

    assert (judged.summary["images"], judged.verdict.images) == (10, 8)


@pytest.fixture
def ancestor(storage, tmp_path, plates_in):
    """Run 1, whose two training photographs are to validate with since: others were labelled to train on."""
    run = finished(storage, tmp_path, SHIFTED, "the ancestor")
    storage.splits.assign({item.id: Split.VAL for item in plates_in[:2]})
    labelled_plates(storage, train=2, val=0, seed=7)
    return run


def compared(storage, tmp_path, models, *, champion=None, run=None):
    """The verdict on a perfect run against a champion a few pixels off, each with its own settings."""
    holder = finished(storage, tmp_path, SHIFTED, "the champion", **champion or {})
    verdicts.judge(storage, models, holder.id)
    storage.runs.promote(holder.id)
    challenger = finished(storage, tmp_path, PERFECT, **run or {})
    return verdicts.judge(storage, models, challenger.id)


FROM_ANCESTOR = {"start_from": "1"}


@pytest.mark.parametrize(
    ("settings", "images"),
    [({}, 10), ({"run": FROM_ANCESTOR}, 8), ({"champion": FROM_ANCESTOR}, 8), ({"run": {"start_from": "2"}}, 10)],
    ids=["neither comes from it", "the challenger does", "the champion does", "from one that did not see them"],
)
def test_photographs_that_the_weights_began_with_had_seen_say_nothing(
    storage, tmp_path, models, ancestor, settings, images
):
    judged = compared(storage, tmp_path, models, **settings)

    assert (judged.summary["images"], judged.verdict.images, judged.verdict.doubt) == (10, images, "")


def test_a_lineage_is_followed_over_any_number_of_runs(storage, tmp_path, models, ancestor):
    finished(storage, tmp_path, SHIFTED, **FROM_ANCESTOR)
    finished(storage, tmp_path, SHIFTED, start_from="2")

    assert compared(storage, tmp_path, models, run={"start_from": "3"}).verdict.images == 8


def test_a_starter_model_passes_on_what_it_has_seen(storage, tmp_path, models, ancestor):
    make_starter(storage, ancestor)

    assert compared(storage, tmp_path, models, run=FROM_ANCESTOR).verdict.images == 8


def test_a_lineage_that_bites_its_tail_ends(storage, tmp_path, models, ancestor):
    """No start can make one: a run starts from one that has a model. A database edited by hand can."""
    other = finished(storage, tmp_path, SHIFTED, **FROM_ANCESTOR)
    storage.runs.settle(ancestor.id, device="cpu", config=replace(ancestor.config, start_from=str(other.id)))

    assert compared(storage, tmp_path, models, run=FROM_ANCESTOR).verdict.images == 8


def test_weights_of_unknown_origin_are_told_in_the_verdict(storage, tmp_path, models, ancestor):
    judged = compared(storage, tmp_path, models, run={"start_from": "/home/ada/seed.pt"})

    assert judged.verdict.sentence.startswith("better: +0.")
    assert judged.verdict.sentence.endswith(
        " on 10 photographs; run 3 began with the file seed.pt, which may have seen some of them"
    )
    assert storage.judgements.get(3).verdict == judged.verdict


def test_an_ancestor_that_was_deleted_is_told_in_the_verdict(storage, tmp_path, models, ancestor, settings, clock):
    middle = finished(storage, tmp_path, SHIFTED, **FROM_ANCESTOR)
    training.delete(storage, ancestor.id, settings=settings, now=clock())

    judged = compared(storage, tmp_path, models, champion={"start_from": str(middle.id)})

    assert judged.verdict.doubt == "run 2 began with run 1, which was deleted and may have seen some of them"


def test_a_verdict_kept_by_an_earlier_version_is_read(storage, tmp_path, models, ancestor):
    judged = compared(storage, tmp_path, models)
    with storage.database.writing() as session:
        session.execute(text("UPDATE judgements SET verdict = json_remove(verdict, '$.doubt')"))

    assert storage.judgements.get(judged.run_id) == judged


def test_where_every_photograph_was_seen_promotion_says_that_there_is_nothing_to_compare_on(
    storage, tmp_path, models, champion, plates_in
):
    storage.splits.assign({item.id: Split.TRAIN for item in plates_in})
    storage.splits.assign({item.id: Split.VAL for item in plates_in[:2]})
    run = finished(storage, tmp_path, PERFECT)
    verdicts.judge(storage, models, run.id)

    with pytest.raises(NotBetter, match="nothing to be compared on: each of its 2 validation photographs"):
        training.promote(storage, run.id)

    assert training.promote(storage, run.id, anyway=True).champion


def test_judging_can_be_cut_short_and_goes_on_where_it_was(storage, tmp_path, models, champion):
    run = finished(storage, tmp_path, PERFECT)
    turns = iter([True, True, True, False, False])
    first = verdicts.judge(storage, models, run.id, keep_going=lambda: next(turns))
    assert (first.summary["images"], first.verdict.images, first.verdict.decision) == (3, 3, Decision.UNSURE)

    assert verdicts.judge(storage, models, run.id).verdict.images == 8


def test_what_cannot_be_read_is_left_out(storage, tmp_path, models, champion, plates_in, caplog):
    storage.blobs.delete(plates_in[-1].image_blob)
    run = finished(storage, tmp_path, PERFECT)

    assert verdicts.judge(storage, models, run.id).summary["images"] == 7
    assert f"{plates_in[-1].name} is left out" in caplog.text


def test_scores_go_with_their_photograph_and_with_their_run(
    storage, tmp_path, models, champion, plates_in, settings, clock
):
    run = finished(storage, tmp_path, PERFECT)
    weights = verdicts.judge(storage, models, run.id).weights

    storage.items.delete(plates_in[-1].id)
    assert plates_in[-1].id not in {each.item_id for each in storage.scores.of(run.id, weights=weights)}

    training.delete(storage, run.id, settings=settings, now=clock())
    assert storage.scores.of(run.id, weights=weights) == ()
    assert storage.judgements.get(run.id) is None
    assert len(storage.scores.of(champion.id, weights=storage.judgements.get(champion.id).weights)) == 7


def test_through_the_page(client, storage, tmp_path, champion):
    run = finished(storage, tmp_path, BLIND, "blind")
    assert client.get("/api/runs").json()["runs"][0]["verdict"] is None
    refused = client.post(f"/api/runs/{run.id}/champion")
    assert (refused.status_code, "has not been compared" in refused.json()["error"]) == (412, True)

    shown = client.post(f"/api/runs/{run.id}/verdict").json()
    assert (shown["verdict"]["decision"], shown["verdict"]["against"]["name"]) == ("worse", "the champion")
    assert shown["judgement"]["mean_iou"] == 0
    refused = client.post(f"/api/runs/{run.id}/champion", json={"anyway": False})
    assert (refused.status_code, "is worse than" in refused.json()["error"]) == (412, True)

    assert client.post(f"/api/runs/{run.id}/champion", json={"anyway": True}).json()["champion"]


def test_on_the_command_line(storage, tmp_path, settings, champion, monkeypatch, capsys):
    monkeypatch.setenv("PLATESEG_HOME", str(settings.home))
    run = finished(storage, tmp_path, BLIND, "blind")

    assert main(["runs", "--verdict", str(run.id)]) == 0
    printed = capsys.readouterr().out
    assert "run 2, blind: mean IoU 0.0000 (0.0000 to 0.0000) on 8 photographs" in printed
    assert "against run 1, the champion: worse: -0." in printed
    assert main(["runs", "--promote", str(run.id)]) == 2
    refused = capsys.readouterr().err
    assert "is worse than the champion" in refused
    assert "`python -m plateseg runs --promote 2 --anyway` does that." in refused
    assert main(["runs", "--promote", str(run.id), "--anyway", "--json"]) == 0
    assert [each["champion"] for each in json.loads(capsys.readouterr().out)] == [True, False]
    assert main(["runs", "--verdict", str(run.id), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] is None

    assert main(["evaluate", "--model", "1", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found.keys() >= {"images", "mean_iou", "iou", "boundary_iou", "plate_recall", "plate_precision"}
    assert found["mean_iou"] == storage.judgements.get(1).summary["mean_iou"]
    assert found["seconds_per_image"] > 0
    assert found["peak_memory_mb"] > 10
    assert main(["evaluate"]) == 0
    printed = capsys.readouterr().out
    assert "mean IoU            0.0000   95 %: 0.0000 to 0.0000" in printed
    assert "16 to 32 px" in printed
    for words in (["evaluate", "--images", "x"], ["evaluate", "--model", str(tmp_path)]):
        assert main(words) == 2
        assert "--images and --masks" in capsys.readouterr().err
