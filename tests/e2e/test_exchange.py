"""A set of another tool dropped on the page, and the dataset taken along as another one's."""

from __future__ import annotations

import io
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
