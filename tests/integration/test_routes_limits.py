"""Wild requests are answered with a sentence that says what is wrong, and never with a fault of the server."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plateseg.ui.routes import bodies
from tests.integration.uploads import begin, items_of, jpeg, upload

NUMBERS = ["0", "-1", "99", str(2**31), str(2**63 - 1), str(2**63), str(2**64), str(10**30), "x", "1.5", "%00", "²"]
GETS = [
    "/api/items/{}",
    "/api/items/{}/image",
    "/api/items/{}/thumb",
    "/api/items/{}/masks/1",
    "/api/items/1/masks/{}",
    "/api/runs/{}",
    "/api/runs/1/previews/{}/0",
    "/api/runs/1/previews/0/{}",
    "/api/predictions/{}",
    "/api/predictions/{}/image",
    "/api/predictions/{}/mask",
    "/api/imports/{}",
]
LISTS = ["/api/runs/{}/metrics", "/api/runs/{}/log", "/api/runs/{}/previews", "/api/runs/1/metrics?after={}",
         "/api/items?offset={}", "/api/items?limit={}", "/api/items?q={}"]  # fmt: skip
POSTS = [
    "/api/items/{}/revisions", "/api/items/{}/restore", "/api/items/{}/status", "/api/items/{}/proposal",
    "/api/runs/{}/stop", "/api/runs/{}/resume", "/api/runs/{}/champion", "/api/runs/{}/rename",
    "/api/imports/{}/finish", "/api/imports/{}/cancel", "/api/predictions/{}/keep",
]  # fmt: skip


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_names_nothing_is_a_sentence(client, number):
    for path in GETS:
        answer = client.get(path.format(number))
        assert answer.status_code in (400, 404), (path, answer.text)
        assert answer.json()["error"].endswith(".")
    for path in LISTS:
        answer = client.get(path.format(number))
        assert answer.status_code in (200, 400, 404), (path, answer.text)
    for path in POSTS:
        answer = client.post(path.format(number), json={})
        assert answer.status_code in (400, 404), (path, answer.text)
        assert answer.json()["error"].endswith(".")
    for path in ("/api/items/{}", "/api/runs/{}"):
        answer = client.delete(path.format(number))
        assert answer.status_code in (400, 404), (path, answer.text)


WILD = [
    b"", b"{", b"null", b"[]", b"7", b'"text"', b"\xff\xfe", b"{}" * 2, b"NaN", b'{"after": NaN}',
    b"[" * 100_000, b'{"a":' * 2000 + b"1" + b"}" * 2000, b'{"runs": [' + b"9" * 5000 + b"]}",
    b'{"status": "\\ud800", "model": "\\ud800", "name": "\\ud800"}', b'{"after": 18446744073709551615}',
    b'{"number": 9223372036854775808, "after": 9223372036854775808, "threshold": 1e400}',
    b'{"width": 96, "height": 64, "after": 9223372036854775808, "runs": [0, 6144]}',
]  # fmt: skip


@pytest.mark.parametrize("content", WILD, ids=range(len(WILD)))
def test_a_wild_body_is_refused_with_a_sentence(client, content):
    upload(client, {"car.jpg": jpeg(1)})
    (item,) = items_of(client)
    for path in ("revisions", "restore", "status"):
        answer = client.post(f"/api/items/{item['id']}/{path}", content=content)
        assert answer.status_code in (400, 404, 409), (path, answer.status_code, answer.text)
        assert answer.json()["error"].endswith((".", "it has."))
    for path in ("/api/runs/1/rename", "/api/predictions/x/keep"):
        answer = client.post(path, content=content)
        assert answer.status_code in (400, 404), (path, answer.status_code, answer.text)
    assert client.get(f"/api/items/{item['id']}").json()["revisions"] == []


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_subnormal=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("after", "width", "height", "runs", "no_plate", "seeded_from", "author", "number", "status", "model", "name")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=len(FIELDS)))
def test_any_json_is_answered_with_a_sentence(client, storage, content):
    if not storage.items.page().total:
        upload(client, {"car.jpg": jpeg(1)})
    body = json.dumps(content).encode()
    for path in ("revisions", "restore", "status", "proposal"):
        answer = client.post(f"/api/items/1/{path}", content=body)
        assert answer.status_code < 500, (path, content, answer.text)
        assert answer.status_code in (200, 201) or answer.json()["error"]


def test_a_body_larger_than_any_mask_is_refused_without_being_kept(client, monkeypatch):
    upload(client, {"car.jpg": jpeg(1)})
    monkeypatch.setattr(bodies, "MAX_JSON_BYTES", 2**20)

    answer = client.post("/api/items/1/revisions", content=b" " * (2**20 + 1))

    assert answer.status_code in (400, 413)
    assert answer.json()["error"] == "That is larger than 1 MB, the most that is taken at once."


def test_an_upload_over_the_limit_leaves_no_file(client, monkeypatch, tmp_path):
    monkeypatch.setattr("plateseg.services.imports.MAX_FILE_BYTES", 2**20)
    key = begin(client)

    answer = client.put(f"/api/imports/{key}/files", params={"path": "a.jpg"}, content=bytes(2**20 + 1))

    assert answer.status_code in (400, 413)
    assert [path for path in (tmp_path / "scratch").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("model", ["/etc/passwd", "../../secret.pt", "plateseg.db", "²", "9" * 100, "-1", "nobody"])
def test_no_file_can_be_named_as_a_model_over_the_web(client, tmp_path, model):
    upload(client, {"car.jpg": jpeg(1)})

    predicted = client.post("/api/predictions", params={"model": model}, content=jpeg(1))

    assert predicted.status_code == 404
    assert predicted.json()["error"].endswith("Say champion, or the number of a run.")
    assert client.post("/api/items/1/proposal", json={"model": model}).json()["model"] is None


@pytest.mark.parametrize(("data", "status"), [(b"no image", 400), (b"", 400), (jpeg(1), 404)])
def test_a_prediction_that_cannot_be_is_said(client, data, status):
    answer = client.post("/api/predictions", params={"name": "car.jpg"}, content=data)

    assert answer.status_code == status
    if status == 404:
        assert answer.json()["error"] == "There is no model yet: train one on the Train tab."


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/nothing"), ("PATCH", "/api/items"), ("POST", "/api/items")])
def test_an_address_that_is_none_is_answered_in_the_same_form(client, method, path):
    answer = client.request(method, path)

    assert answer.status_code in (404, 405)
    assert answer.json()["error"].endswith(".")
