"""Thousands of files in one import, most of them bad: the good ones come in, the rest is counted in little room."""

from __future__ import annotations

import csv
import io
import json

import pytest

from plateseg.domain import naming
from plateseg.services import exchange
from plateseg.services.dataset import SourceFile
from plateseg.services.import_report import MOST_KINDS, MOST_SHOWN, ImportReport, Remark
from tests.integration.uploads import begin, items_of, jpeg, put, settled, upload

BAD, GOOD = 4_000, 12


@pytest.fixture
def files(tmp_path):
    """Good photographs among many that are none; all bad names share one file on the disk."""
    bad = tmp_path / "bad"
    bad.write_bytes(b"no photograph")
    found = [SourceFile(f"set/{number:05d}.jpg", bad) for number in range(BAD)]
    for number in range(GOOD):
        path = tmp_path / f"good{number}"
        path.write_bytes(jpeg(number))
        found.append(SourceFile(f"set/{number * 300:05d}_good.jpg", path))
    return found


def test_the_good_come_in_the_rest_is_listed_and_nothing_is_half_written(storage, tmp_path, files):
    report = exchange.bring(storage, files, tmp_path)
    told = report.as_json()

    assert (report.added, len(report.rejected), storage.items.page().total) == (GOOD, BAD, GOOD)
    assert (told["added"], told["rejected_count"], told["cut"]) == (GOOD, BAD, True)
    assert [(kind["count"], kind["shown"]) for kind in told["rejected_kinds"]] == [(BAD, MOST_SHOWN)]
    assert len(json.dumps(told)) < 100_000
    named = {blob for item in storage.items.walk() for blob in (item.image_blob, item.thumbnail_blob)}
    assert {blob.name for blob in storage.blobs.stored()} == named


def test_stopped_in_the_middle_what_was_reported_is_what_is_there(storage, tmp_path, files):
    seen = []
    report = exchange.bring(
        storage,
        files,
        tmp_path,
        progress=lambda done, total, name: seen.append(done),
        cancelled=lambda: bool(seen) and seen[-1] > 1000,
    )

    assert 0 < report.added < GOOD
    assert storage.items.page().total == report.added
    assert exchange.bring(storage, files, tmp_path).added == GOOD - report.added


def test_the_whole_list_can_be_fetched_as_a_table_until_the_next_import(client):
    key = begin(client)
    for number in range(MOST_SHOWN + 5):
        put(client, key, f"{number:03d}.jpg", b"bad")
    client.post(f"/api/imports/{key}/finish")
    report = settled(client, key)["report"]
    answer = client.get("/api/imports/latest/list")
    rows = list(csv.reader(io.StringIO(answer.text)))

    assert (len(report["rejected"]), report["rejected_count"], report["cut"]) == (MOST_SHOWN, MOST_SHOWN + 5, True)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert (rows[0], len(rows)) == (["what", "file", "sentence"], MOST_SHOWN + 6)
    assert rows[-1][:2] == ["rejected", f"{MOST_SHOWN + 4:03d}.jpg"]

    assert upload(client, {"a.jpg": jpeg(1)})["cut"] is False
    assert client.get("/api/imports/latest/list").status_code == 404
    assert len(items_of(client)) == 1


class TestReport:
    """Kinds of reasons."""

    def told(self, *texts):
        return ImportReport(rejected=tuple(Remark(f"{n}.jpg", text) for n, text in enumerate(texts))).as_json()

    def test_reasons_that_differ_in_numbers_are_one_kind(self):
        told = self.told("Line 3: 1.5 is no share.", "It is empty.", "Line 12: 7 is no share.")

        assert told["rejected_kinds"] == [
            {"text": "Line …: … is no share.", "count": 2, "shown": 2},
            {"text": "It is empty.", "count": 1, "shown": 1},
        ]
        assert [row["name"] for row in told["rejected"]] == ["0.jpg", "2.jpg", "1.jpg"]
        assert told["cut"] is False

    def test_fifty_thousand_reasons_of_their_own_are_a_bounded_list(self):
        told = self.told(*(f"Reason {'x' * (number % 500)}." for number in range(50_000)))

        assert len(told["rejected_kinds"]) == MOST_KINDS + 1
        assert told["rejected_kinds"][-1]["text"] == "Other reasons."
        assert sum(kind["count"] for kind in told["rejected_kinds"]) == told["rejected_count"] == 50_000
        assert len(told["rejected"]) <= (MOST_KINDS + 1) * MOST_SHOWN

    def test_a_name_that_a_spreadsheet_would_run_is_text(self):
        report = ImportReport(rejected=(Remark("=cmd|' /C calc'!A1.jpg", "Bad."),))

        assert list(csv.reader(io.StringIO("".join(report.as_csv()))))[1][1] == "'=cmd|' /C calc'!A1.jpg"


def test_twenty_thousand_photographs_with_a_mask_beside_each_are_paired():
    """Looking for each photograph among all masks would take minutes."""
    paths = [f"{number}.{ending}" for number in range(20_000) for ending in ("jpg", "png")]

    plan = naming.plan(paths)

    assert len(plan.pairs) == 20_000
    assert all(pair.mask_is_guess for pair in plan.pairs)
