"""The Dataset tab: numbers, mending, look-alikes, splits and pins, snapshots, going through suspects in Annotate."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from plateseg.domain import masks
from plateseg.domain.runs import RunStatus
from plateseg.domain.train_config import TrainConfig
from plateseg.domain.types import RevisionSource, SnapshotEntry, Split
from plateseg.services import versions
from storage import open_storage
from storage.revisions import NewRevision
from storage.suspects import Suspect
from tests.e2e.annotate_page import AnnotatePage
from tests.e2e.app_process import App
from tests.e2e.pictures import jpeg, mask_file, smooth

WIDTH, HEIGHT = 320, 240


def bar(*, shift: int = 0, hole: bool = False) -> np.ndarray:
    """A plate, moved to the right, with a hole or without."""
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[100:140, 80 + shift : 200 + shift] = 1
    if hole:
        mask[115:121, 120 + shift : 126 + shift] = 0
    return mask


@pytest.fixture(scope="module")
def full(start_app) -> App:
    """Ten labelled photographs: two with holes, two that look alike, two that a label check doubts."""
    app = start_app("dataset")
    files = {}
    for number in range(10):
        picture = smooth(900 + (8 if number == 9 else number), WIDTH, HEIGHT)
        files[f"images/p{number}.jpg"] = jpeg(picture if number < 9 else (picture * 0.9).astype(np.uint8))
        files[f"masks/p{number}.png"] = mask_file(bar(hole=number in (2, 3)))
    assert app.add(files)["masks_attached"] == 10
    doubt(app, ["p5.jpg", "p6.jpg"])
    return app


def doubt(app: App, names: list[str]) -> None:
    """A label check as its process leaves it, for these photographs."""
    storage = open_storage(f"sqlite:///{app.home / 'plateseg.db'}", str(app.home / "blobs"))
    check = storage.suspects.create({"folds": 3}, folds=3)
    found = []
    for rank, name in enumerate(names):
        said = bar(shift=40)
        new = NewRevision(
            source=RevisionSource.MODEL,
            png=masks.to_png(said),
            plate_pixels=masks.plate_pixels(said),
            author="label check 1",
            seeded_from="label check 1",
            score=0.9,
        )
        item = app.item_called(name)
        proposal = storage.revisions.append_proposal(item, new)
        found.append(Suspect(item, 1, proposal.number, "shape", 0.5, 0.9 - rank / 10))
    storage.suspects.add(check.id, found, folds_done=3)
    storage.suspects.end(check.id, RunStatus.FINISHED, "10 masks checked, 2 worth a look.")
    storage.close()


def dataset(page: Page, part: str) -> Locator:
    """The tab, with one of its parts shown and filled."""
    room = page.locator('[data-room="dataset"]')
    room.get_by_test_id(f"part-{part}").click()
    shown = room.get_by_test_id(part)
    expect(shown).to_be_visible()
    return shown


def refuse_once(page: Page, part: Locator, path: str) -> None:
    """The trouble that a part could not be read is gone from it once it can be."""
    said = part.get_by_test_id(f"{part.get_attribute('data-testid')}-said")
    page.route(path, lambda route: route.abort(), times=1)
    dataset(page, part.get_attribute("data-testid"))
    expect(said).to_have_text("The server is not answering.")
    dataset(page, part.get_attribute("data-testid"))
    expect(said).to_be_hidden()


def change_ones_mind(page: Page, problems: Locator) -> None:
    """Choose another kind, and holes before its answer came: holes it stays, and the keyboard where it was."""
    held: list[Route] = []
    page.route("**/api/dataset/problems?kind=specks*", lambda route: held.append(route))
    problems.get_by_test_id("kind-specks").click()
    while not held:
        page.wait_for_timeout(20)
    problems.get_by_test_id("kind-holes").press("Enter")
    expect(problems.get_by_test_id("kind-holes")).to_have_attribute("aria-pressed", "true")
    expect(problems.get_by_test_id("kind-holes")).to_be_focused()
    with page.expect_response("**/api/dataset/problems?kind=specks*"):
        held[0].continue_()
    page.wait_for_timeout(100)
    expect(problems.get_by_test_id("kind-holes")).to_have_attribute("aria-pressed", "true")


def test_numbers_then_mending_then_look_alikes(visit, full):
    visitor = visit(full)
    visitor.watch.allow_absence()
    page = visitor.page("/?tab=dataset")
    overview = dataset(page, "overview")
    expect(overview).to_have_attribute("data-ready", "yes")
    expect(overview.get_by_test_id("tiles")).to_contain_text("10photographs")
    refuse_once(page, overview, "**/api/dataset/overview")

    problems = dataset(page, "problems")
    expect(problems.get_by_test_id("kind-holes")).to_contain_text("2")
    expect(problems.get_by_test_id("problems-legend")).to_have_text("Outline: the mask. Filled: what Mend makes of it.")
    picture = problems.get_by_test_id("card").first.locator("img")
    page.wait_for_function("(image) => image.complete && image.naturalWidth > 300", arg=picture.element_handle())
    change_ones_mind(page, problems)
    problems.get_by_test_id("confirm").first.click()
    expect(problems.get_by_test_id("kind-holes")).to_have_text("Holes1")
    problems.get_by_test_id("confirm-undo").click()
    expect(problems.get_by_test_id("kind-holes")).to_have_text("Holes2")
    problems.get_by_test_id("mend").first.click()
    expect(problems.get_by_test_id("problems-said")).to_contain_text("revision 2. The old one is kept.")
    expect(problems.get_by_test_id("card")).to_have_count(1)
    page.on("dialog", lambda dialog: dialog.accept())
    problems.get_by_test_id("mend-all").click()
    expect(problems.get_by_test_id("kind-holes")).to_have_text("Holes0")

    alike = dataset(page, "lookalikes")
    expect(alike.get_by_test_id("card")).to_have_count(2)
    alike.get_by_test_id("exclude-surplus").click()
    expect(alike.get_by_test_id("lookalikes-count")).to_have_text("No two photographs look alike.")

    files = dataset(page, "files")
    files.get_by_test_id("check-go").click()
    expect(files.get_by_test_id("files-said")).to_have_text("All files are there and as they were.")


def test_dividing_and_pinning(visit, full):
    page = visit(full).page("/?tab=dataset")
    splits = dataset(page, "splits")
    splits.get_by_test_id("split-go").click()
    expect(splits.get_by_test_id("split-report")).to_contain_text("a plain random split would have parted")

    editor = AnnotatePage(page, full.url).open(full.item_called("p0.jpg"))
    editor.part("item-split").select_option("test")
    expect(editor.part("item-split").locator("option").first).to_have_text("test, pinned")
    assert full.get(f"/api/items/{full.item_called('p0.jpg')}")["pinned"]


def test_going_through_suspects_keeping_one_and_taking_the_models_of_the_other(visit, full):
    first, second = full.item_called("p5.jpg"), full.item_called("p6.jpg")
    page = visit(full).page("/?tab=dataset")
    suspects = dataset(page, "suspects")
    expect(suspects.get_by_test_id("card")).to_have_count(2)
    suspects.get_by_test_id("suspects-review").click()

    editor = AnnotatePage(page, full.url).await_item(first)
    expect(editor.room).to_contain_text("The label check draws another outline (IoU 0.50)")
    expect(editor.part("proposal-state")).to_contain_text("Shown over your mask")
    page.keyboard.press("k")
    editor.await_item(second)
    expect(editor.part("proposal-state")).to_contain_text("Shown over your mask")
    page.keyboard.press("a")
    expect(editor.room).to_contain_text("This was the last suspect")

    assert full.get(f"/api/items/{first}")["head"] == 1
    taken = full.get(f"/api/items/{second}")
    assert taken["head"] == 3
    assert np.array_equal(masks.from_runs(taken["mask"]["runs"], width=WIDTH, height=HEIGHT), bar(shift=40))
    assert full.get("/api/suspects")["waiting"] == 0


def test_a_snapshot_is_taken_compared_restored_and_deleted_and_one_of_a_run_stays(visit, full):
    changed = full.item_called("p7.jpg")
    page = visit(full).page("/?tab=dataset")
    card = dataset(page, "snapshots")
    card.get_by_test_id("snapshot-name").fill("good")
    card.get_by_test_id("snapshot-take").click()
    expect(card.get_by_test_id("snapshots-said")).to_have_text("What is labelled now is frozen as “good”.")
    head = full.get(f"/api/items/{changed}")["head"]
    runs = masks.to_runs(bar(shift=30))
    full.post(f"/api/items/{changed}/revisions", {"after": head, "runs": runs, "width": WIDTH, "height": HEIGHT})

    card.get_by_test_id("snapshot-compare").first.click()
    expect(card.get_by_test_id("differ-changed")).to_have_text("Changed masks1")
    picture = card.get_by_test_id("differences").locator("img")
    page.wait_for_function("(image) => image.complete && image.naturalWidth > 300", arg=picture.element_handle())
    picture.click()
    AnnotatePage(page, full.url).await_item(changed)
    page.go_back()

    good = card.locator("li.pd-snapshot", has_text="good")
    good.get_by_test_id("snapshot-export").click()
    expect(good.get_by_test_id("snapshot-download")).to_have_attribute("href", re.compile("snapshot=1$"))
    good.get_by_test_id("snapshot-restore").click()
    expect(good.get_by_test_id("restore-plan")).to_contain_text("1 photograph gets the mask of then as a new revision")
    expect(good.get_by_test_id("restore-plan")).to_contain_text("No mask is overwritten or deleted.")
    good.get_by_test_id("restore-go").click()
    expect(card.get_by_test_id("snapshots-said")).to_contain_text("1 mask came back as a new revision.")
    assert full.get(f"/api/items/{changed}")["head"] == head + 2
    expect(card.get_by_test_id("compare-words")).to_have_text("Both are the same: photographs, masks and splits.")
    expect(card.get_by_test_id("differences").locator("img")).to_have_count(0)

    run = hold(full, "good")
    page.goto(f"{full.url}/?tab=runs&run={run}")
    page.get_by_test_id("fact-snapshot").click()
    expect(card.locator(".selected")).to_contain_text("night")
    card.locator(".selected").get_by_test_id("snapshot-delete").click()
    expect(card.get_by_test_id("snapshot-delete-words")).to_contain_text(f"run {run} (night) was trained on it")
    expect(card.get_by_test_id("snapshot-delete-confirm")).to_be_hidden()
    starter = card.locator("li.pd-snapshot", has_text="starter")
    expect(starter).to_contain_text("1 photograph that taught the starter model; not yours")
    assert starter.get_by_role("button").all_inner_texts() == ["Rename", "Delete"]
    before = card.locator("li.pd-snapshot:not(.selected)", has_not_text="starter")
    before.get_by_test_id("snapshot-delete").click()
    before.get_by_test_id("snapshot-delete-confirm").click()
    expect(before).to_have_count(0)
    assert [one["name"] for one in full.get("/api/snapshots")["snapshots"]] == ["starter", "good"]


def hold(app: App, name: str) -> int:
    """A run of another time that was trained on a snapshot; its number. Beside it a starter's, without masks."""
    storage = open_storage(f"sqlite:///{app.home / 'plateseg.db'}", str(app.home / "blobs"))
    run = storage.runs.create(name="night", config=TrainConfig(), snapshot_id=versions.find(storage, name).id)
    storage.runs.request_stop(run.id)
    storage.snapshots.freeze([SnapshotEntry(0, 0, Split.TRAIN, "5" * 64, "")], name="starter")
    storage.close()
    return run.id
