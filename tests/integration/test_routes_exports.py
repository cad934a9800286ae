"""The Export card's routes: a preview, and a ZIP that streams; boxes that came in are proposed without a model."""

from __future__ import annotations

import io
import zipfile

from tests.integration.uploads import items_of, jpeg, mask_png, upload


def test_preview_and_download(client):
    upload(client, {"images/a.jpg": jpeg(1), "masks/a.png": mask_png(), "images/b.jpg": jpeg(2)})

    names = [each["name"] for each in client.get("/api/exports/formats").json()["formats"]]
    assert {"coco", "yolo", "voc"} <= set(names)
    preview = client.get("/api/exports/preview", params={"format": "coco"}).json()
    assert (preview["photographs"], preview["by_part"]) == (1, {"all": 1})
    assert [(skip["reason"], skip["names"]) for skip in preview["skipped"]] == [
        ("nobody has drawn a mask yet", ["b.jpg"])
    ]
    answer = client.get("/api/exports/file", params={"format": "masks"})
    assert answer.headers["content-disposition"] == 'attachment; filename="plateseg-masks.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["images/a.jpg", "masks/a.png"]


def test_every_name_that_stays_behind_can_be_read(client):
    upload(client, {f"{number}.jpg": jpeg(number) for number in range(8)})

    preview = client.get("/api/exports/preview", params={"format": "coco"}).json()
    whole = client.get("/api/exports/preview.txt", params={"format": "coco"})

    ((shown),) = preview["skipped"]
    assert (shown["count"], len(shown["names"])) == (8, 5)
    assert whole.headers["content-type"] == "text/plain; charset=utf-8"
    assert whole.text.splitlines() == [
        "0 photographs as COCO instance segmentation",
        "skipped   8: nobody has drawn a mask yet",
        *(f"          {number}.jpg" for number in range(8)),
    ]


def test_what_cannot_be_exported_is_said(client):
    for query in ({"format": "docx"}, {"format": "coco", "split": "x"}, {"format": "coco", "status": "excluded"}):
        answer = client.get("/api/exports/preview", params=query)
        assert answer.status_code == 400
        assert answer.json()["error"].endswith(".")
    assert "nothing to export" in client.get("/api/exports/file", params={"format": "coco"}).json()["error"]


def test_imported_boxes_are_proposed_without_a_model(client):
    report = upload(client, {"images/a.jpg": jpeg(1), "labels/a.txt": b"0 0.5 0.5 0.25 0.25\n"})
    (item,) = items_of(client)
    proposal = client.post(f"/api/items/{item['id']}/proposal", json={}).json()

    assert (report["proposals"], item["status"]) == (1, "proposed")
    to_do = client.get("/api/exports/preview", params={"format": "coco", "status": "todo"}).json()
    assert to_do["by_status"] == {"proposed": 1}
    assert proposal["model"] == "boxes of a.txt"
    assert proposal["plates"][0]["bbox"] == [36, 24, 24, 16]
