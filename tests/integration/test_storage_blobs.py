"""Bytes by their hash: a folder and an object store alike; whole or not there; never outside their place."""

from __future__ import annotations

import hashlib
import os
import signal
import time
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.errors import NotFound, StorageUnavailable
from storage.blobs import Blobs
from tests.integration.storage_processes import PIPE, heard, outcome, put_file, put_more_than_fits, start
from tests.integration.storage_samples import race

ENDINGS = st.sampled_from(["png", "jpg", "pt", "onnx", "7z"])
LARGE = st.builds(lambda piece, times: piece * times, st.binary(min_size=1, max_size=9), st.integers(1, 2**18))
BYTES = st.one_of(st.binary(max_size=200), LARGE)


@pytest.fixture(scope="module", params=["folder", "memory"])
def blobs(request, tmp_path_factory):
    """The same promises, kept by a local folder and by an fsspec store."""
    if request.param == "folder":
        return Blobs(str(tmp_path_factory.mktemp("blobs")))
    return Blobs(f"memory://{uuid.uuid4().hex}")


@pytest.fixture
def folder(tmp_path):
    """A store in a folder of its own."""
    return Blobs(str(tmp_path / "blobs"))


def files(tmp_path):
    return sorted(p.relative_to(tmp_path / "blobs").as_posix() for p in (tmp_path / "blobs").rglob("*") if p.is_file())


@given(data=BYTES, ending=ENDINGS)
@settings(max_examples=40, deadline=None)
def test_what_is_put_comes_back_under_its_hash(blobs, data, ending):
    name = blobs.put(data, ending)

    assert name == f"{hashlib.sha256(data).hexdigest()}.{ending}"
    assert blobs.get(name) == data
    assert blobs.exists(name)
    assert blobs.verify(name)
    assert blobs.put(data, ending) == name


@given(data=BYTES)
@settings(max_examples=20, deadline=None)
def test_a_file_is_stored_under_the_same_name_as_its_bytes(blobs, data, tmp_path_factory):
    path = tmp_path_factory.mktemp("source") / "weights.bin"
    path.write_bytes(data)

    name = blobs.put_file(path, "pt")

    assert name == blobs.put(data, "pt")
    assert blobs.get(name) == data
    assert path.read_bytes() == data


def test_deleted_is_gone_and_deleting_again_is_no_error(blobs):
    name = blobs.put(b"soon gone", "png")

    blobs.delete(name)
    blobs.delete(name)

    assert not blobs.exists(name)
    assert not blobs.verify(name)
    with pytest.raises(NotFound, match=r"is missing from the store; restore it from a backup"):
        blobs.get(name)


def test_a_local_path_holds_the_bytes(blobs, tmp_path):
    name = blobs.put(b"weights", "pt")

    path = blobs.local_path(name, tmp_path / "scratch")

    assert path.read_bytes() == b"weights"
    assert blobs.local_path(name, tmp_path / "scratch") == path


def test_a_local_path_of_missing_bytes_is_said(blobs, tmp_path):
    with pytest.raises(NotFound, match="is missing from the store"):
        blobs.local_path("0" * 64 + ".pt", tmp_path)


BAD_NAMES = [
    "",
    ".",
    "..",
    "../../etc/passwd",
    "/etc/passwd",
    "0" * 64,
    "0" * 63 + ".png",
    "0" * 64 + ".png/../../x",
    "0" * 64 + ".png\n",
    "0" * 64 + ".PNG",
    "0" * 64 + ".",
    "G" * 64 + ".png",
    "0" * 62 + "/0.png",
    "..%2f" + "0" * 59 + ".png",
    "０" * 64 + ".png",
    "0" * 64 + ".png\0.jpg",
    "memory://" + "0" * 64 + ".png",
]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_name_that_is_no_hash_is_refused_by_every_method(blobs, tmp_path, name):
    for act in (blobs.get, blobs.exists, blobs.delete, blobs.verify, lambda n: blobs.local_path(n, tmp_path)):
        with pytest.raises(NotFound, match="is not the name of a stored file"):
            act(name)
    assert list(tmp_path.iterdir()) == []


@given(name=st.text(max_size=90))
@settings(max_examples=60, deadline=None)
def test_no_text_that_is_no_hash_is_ever_looked_up(blobs, name):
    with pytest.raises(NotFound, match="is not the name of a stored file"):
        blobs.get(name)


@pytest.mark.parametrize("ending", ["", "../x", "p/ng", "PNG", "toolongending", "png\n"])
def test_an_ending_cannot_lead_elsewhere(folder, tmp_path, ending):
    with pytest.raises(NotFound, match="is not the name of a stored file"):
        folder.put(b"data", ending)
    assert files(tmp_path) == []


def test_bytes_lie_in_a_folder_by_the_first_two_digits_and_nothing_else_does(folder, tmp_path):
    name = folder.put(b"data", "png")

    assert files(tmp_path) == [f"{name[:2]}/{name}"]


def test_damaged_bytes_are_noticed(folder, tmp_path):
    name = folder.put(b"data", "png")
    (tmp_path / "blobs" / name[:2] / name).write_bytes(b"dota")

    assert not folder.verify(name)


def test_eight_threads_putting_the_same_bytes_store_them_once(folder, tmp_path):
    data = os.urandom(300_000)

    names = race(8, lambda _: folder.put(data, "png"))

    assert len(set(names)) == 1
    assert files(tmp_path) == [f"{names[0][:2]}/{names[0]}"]
    assert folder.verify(names[0])


def test_a_reader_sees_the_whole_file_or_none(folder):
    data = os.urandom(4_000_000)
    name = f"{hashlib.sha256(data).hexdigest()}.pt"

    def work(n):
        if n == 0:
            return folder.put(data, "pt") == name
        while not folder.exists(name):
            time.sleep(0)
        return len(folder.get(name)) == len(data)

    assert race(4, work) == [True] * 4


def test_a_process_killed_while_writing_leaves_no_blob_and_what_it_left_is_dropped_a_day_later(folder, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = start(put_file, tmp_path / "blobs", pipe)
    with pipe.open("wb") as feed:
        feed.write(b"half of it")
        feed.flush()
        writer.kill()
        assert outcome(writer) == -signal.SIGKILL

    (partial,) = (tmp_path / "blobs" / "incoming").iterdir()
    assert files(tmp_path) == [f"incoming/{partial.name}"]
    Blobs(str(tmp_path / "blobs"))
    assert partial.exists(), "another process might still be writing it"
    os.utime(partial, (time.time() - 90_000,) * 2)
    Blobs(str(tmp_path / "blobs"))
    assert files(tmp_path) == []


def test_a_place_that_cannot_be_had_is_said(tmp_path):
    (tmp_path / "blobs").write_bytes(b"a file, not a folder")

    with pytest.raises(StorageUnavailable, match="Check the data folder"):
        Blobs(str(tmp_path / "blobs"))


def test_a_file_that_does_not_fit_is_refused_whole_and_fits_later(tmp_path):
    mine, theirs = PIPE()
    start(put_more_than_fits, tmp_path / "blobs", theirs)

    assert heard(mine) == "The disk is full: nothing was saved. Free some space and save again."
    assert heard(mine) is True
    assert len(files(tmp_path)) == 1
