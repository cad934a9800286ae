"""A set of another tool dropped on the page, and the dataset taken along as another one's."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.dropping import drop
from tests.e2e.pictures import jpeg, smooth


def test_yolo_comes_in_and_coco_goes_out(visit, bare_app, tmp_path: Path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number, label in enumerate((b"0 0.3 0.3 0.7 0.3 0.7 0.6 0.3 0.6\n", b"", b"0 0.5 0.5 0.2 0.1\n")):
            archive.writestr(f"images/train/exchange_{number}.jpg", jpeg(smooth(9000 + number, 160, 120)))
            archive.writestr(f"labels/train/exchange_{number}.txt", label)
    (tmp_path / "yolo.zip").write_bytes(buffer.getvalue())
    page = visit(bare_app).page()
    page.goto(f"{bare_app.url}/?tab=upload")
    room = page.locator('[data-room="upload"]')
    drop(room.get_by_test_id("drop-zone"), tmp_path / "yolo.zip")
    expect(room.get_by_test_id("report-added")).to_have_text("3")
    expect(room.get_by_test_id("report-masks")).to_have_text("2")
    expect(room.get_by_test_id("report-proposals")).to_have_text("1")

    room.get_by_test_id("export").locator("summary").click()
    room.get_by_test_id("export-format").select_option("coco")
    expect(room.get_by_test_id("export-lines")).to_contain_text("only a model has drawn a mask")
    expect(room.get_by_test_id("export-count")).to_contain_text("train")
    with page.expect_download() as waiting:
        room.get_by_test_id("export-download").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        names = archive.namelist()
    assert waiting.value.suggested_filename == "plateseg-coco.zip"
    assert "annotations/instances_train.json" in names
    assert "images/train/exchange_0.jpg" in names
    assert "images/train/exchange_2.jpg" not in names


def test_options_say_what_cannot_be_and_which_label_is_the_plate(visit, bare_app, tmp_path: Path):
    page = visit(bare_app).page("/?tab=upload")
    room = page.locator('[data-room="upload"]')
    (tmp_path / "set" / "images").mkdir(parents=True)
    for number in range(2):
        (tmp_path / "set" / "images" / f"options_{number}.jpg").write_bytes(jpeg(smooth(9100 + number, 160, 120)))
    shapes = [
        {"id": 1, "image_id": 0, "category_id": 1, "segmentation": [[40, 30, 90, 30, 90, 60, 40, 60]]},
        {"id": 2, "image_id": 1, "category_id": 2, "segmentation": [[40, 30, 90, 30, 90, 60, 40, 60]]},
    ]
    content = {
        "images": [{"id": number, "file_name": f"options_{number}.jpg"} for number in range(2)],
        "categories": [{"id": 1, "name": "schild"}, {"id": 2, "name": "wheel"}],
        "annotations": shapes,
    }
    (tmp_path / "set" / "annotations.json").write_text(json.dumps(content))

    room.get_by_test_id("import-options-summary").click()
    expect(room.get_by_test_id("import-format").locator("option")).to_contain_text(["Recognise it", "COCO"])
    room.get_by_test_id("import-every").fill("often")
    expect(room.get_by_test_id("import-every-trouble")).to_have_text("Seconds are a number, such as 1 or 0.5.")
    room.get_by_test_id("folder-input").set_input_files(tmp_path / "set")
    expect(room.get_by_test_id("upload-said")).to_contain_text("Nothing was sent")

    room.get_by_test_id("import-options-reset").click()
    expect(room.get_by_test_id("import-every-trouble")).to_be_hidden()
    room.get_by_test_id("import-format").select_option("coco")
    room.get_by_test_id("import-labels").fill("schild")
    room.get_by_test_id("import-options-summary").click()
    expect(room.get_by_test_id("import-options-now")).to_have_text("COCO · plate is schild")
    room.get_by_test_id("folder-input").set_input_files(tmp_path / "set")
    expect(room.get_by_test_id("report-added")).to_have_text("2")
    expect(room.get_by_test_id("report-masks")).to_have_text("2")
    expect(room.get_by_test_id("report-notes-rows")).to_contain_text("1 shapes labelled wheel were left out")
