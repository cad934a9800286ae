"""Members of a ZIP: the good ones come out, the others are named with a reason."""

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.errors import BadArchive
from plateseg.services.archive import ArchiveLimits, ArchiveMember, RejectedMember, unpack

GOOD = ArchiveMember("good.jpg", b"good bytes")


def zip_of(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=method)
    return buffer.getvalue()


def link() -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("link.jpg")
    entry.external_attr = 0o120777 << 16
    return entry


def encrypted(data: bytes) -> bytes:
    """The same ZIP with the first member marked as encrypted."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        changed[data.index(signature) + offset] |= 1
    return bytes(changed)


def damaged(data: bytes) -> bytes:
    changed = bytearray(data)
    changed[data.index(b"AAAA") + 3] ^= 0xFF
    return bytes(changed)


def by_unknown_method(data: bytes) -> bytes:
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", changed, data.index(signature) + offset, 9)
    return bytes(changed)


def boastful() -> bytes:
    """A ZIP whose second member unpacks to far more than it declares."""
    data = bytearray(zip_of(("good.jpg", GOOD.data), ("liar.jpg", bytes(3 * 2**20))))
    start = data.index(b"PK\x03\x04", 4)
    struct.pack_into("<I", data, start + 22, 100)
    struct.pack_into("<I", data, data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4) + 24, 100)
    return bytes(data)


BAD_MEMBERS = {
    "leads up": (zip_of(("../evil.jpg", b"x"), ("good.jpg", GOOD.data)), "leads out"),
    "leads up in the middle": (zip_of(("a/../../evil.jpg", b"x"), ("good.jpg", GOOD.data)), "leads out"),
    "leads up as Windows does": (zip_of(("a\\..\\..\\evil.jpg", b"x"), ("good.jpg", GOOD.data)), "leads out"),
    "absolute": (zip_of(("/etc/evil.jpg", b"x"), ("good.jpg", GOOD.data)), "leads out"),
    "no name": (zip_of(("?.jpg", b"x"), ("good.jpg", GOOD.data)).replace(b"?.jpg", b"\0.jpg"), "no name within"),
    "a drive": (zip_of(("C:/evil.jpg", b"x"), ("good.jpg", GOOD.data)), "leads out"),
    "a share": (zip_of(("\\\\host\\evil.jpg", b"x"), ("good.jpg", GOOD.data)), "leads out"),
    "control characters": (zip_of(("a\nb.jpg", b"x"), ("good.jpg", GOOD.data)), "control characters"),
    "a bomb": (zip_of(("bomb.jpg", bytes(8 * 2**20)), ("good.jpg", GOOD.data)), "ZIP bombs"),
    "too large": (zip_of(("big.jpg", bytes(65 * 2**20)), ("good.jpg", GOOD.data)), "more than 64 MB"),
    "a ZIP within": (zip_of(("inner.zip", zip_of(("a.jpg", b"x"))), ("good.jpg", GOOD.data)), "archive within"),
    "a ZIP with a picture's name": (
        zip_of(("a.jpg", zip_of(("a.jpg", b"x"))), ("good.jpg", GOOD.data)),
        "archive within",
    ),
    "a link": (zip_of((link(), b"/etc/passwd"), ("good.jpg", GOOD.data)), "link"),
    "encrypted": (encrypted(zip_of(("secret.jpg", b"x" * 20), ("good.jpg", GOOD.data))), "password"),
    "damaged": (damaged(zip_of(("a.jpg", b"A" * 40), ("good.jpg", GOOD.data), method=zipfile.ZIP_STORED)), "damaged"),
    "unknown method": (by_unknown_method(zip_of(("a.jpg", b"A" * 40), ("good.jpg", GOOD.data))), "not read"),
}


@pytest.mark.parametrize("case", BAD_MEMBERS)
def test_a_bad_member_is_named_and_the_good_one_still_comes(case):
    data, words = BAD_MEMBERS[case]
    bad, good = unpack(data)
    assert isinstance(bad, RejectedMember)
    assert words in bad.reason
    assert bad.reason.endswith(".")
    assert good == GOOD


def test_a_member_that_lies_about_its_size_is_left_out():
    good, liar = unpack(boastful())
    assert good == GOOD
    assert isinstance(liar, RejectedMember)


def test_the_second_of_two_members_of_one_name_is_left_out():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zip_of(("a.jpg", b"first"), ("a.jpg", b"second"))
    first, second = unpack(data)
    assert first == ArchiveMember("a.jpg", b"first")
    assert "twice" in second.reason


def test_folders_are_passed_over_and_names_that_differ_in_case_are_two():
    data = zip_of(("images/", b""), ("images/a.jpg", b"1"), ("images/A.jpg", b"2"))
    assert [member.name for member in unpack(data)] == ["images/a.jpg", "images/A.jpg"]


@pytest.mark.parametrize(
    "name", ["图片/车牌 1.jpg", "фото.jpg", "تصویر\u200cها.jpg", "München.jpg", "🚗.jpg", "with space.jpg"]
)
def test_names_in_other_scripts_are_kept(name):
    assert [member.name for member in unpack(zip_of((name, b"x")))] == [name]


def test_a_name_in_utf8_whose_packer_forgot_to_say_so_is_read():
    data = zip_of(("фото.jpg", b"x"))
    plain = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        plain[data.index(signature) + offset] &= ~0x08
    assert [member.name for member in unpack(bytes(plain))] == ["фото.jpg"]


def test_a_path_is_read_like_bytes(tmp_path):
    file = tmp_path / "upload.zip"
    file.write_bytes(zip_of(("good.jpg", GOOD.data)))
    assert list(unpack(file)) == list(unpack(str(file))) == [GOOD]


def test_the_total_is_limited_and_small_members_after_it_still_come():
    data = zip_of(("a.jpg", b"a" * 600), ("b.jpg", b"b" * 600), ("c.jpg", b"c" * 300))
    first, second, third = unpack(data, ArchiveLimits(max_total_bytes=1000))
    assert (first.name, third.name) == ("a.jpg", "c.jpg")
    assert "in all" in second.reason


def test_too_many_members_are_refused_as_a_whole():
    data = zip_of(*((f"{number}.jpg", b"") for number in range(6)))
    with pytest.raises(BadArchive, match="holds 6 files; at most 5"):
        list(unpack(data, ArchiveLimits(max_members=5)))


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\x03\x04" + b"\x00" * 100, zip_of(("a.jpg", b"x" * 500))[:-30]])
def test_what_is_no_zip_is_refused_with_a_sentence(data):
    with pytest.raises(BadArchive, match="pack or download it again"):
        list(unpack(data))


def test_a_path_that_is_not_there_is_refused_with_a_sentence(tmp_path):
    with pytest.raises(BadArchive, match="no ZIP"):
        list(unpack(tmp_path / "missing.zip"))


@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("clip.MP4", "more than 0.00012207 MB: import the video itself, not within a ZIP."),
        ("a.jpg", "more than 0.00012207 MB: save it smaller."),
        ("coco.json", ""),
        ("large.json", "more than 0.000244141 MB: split it."),
    ],
)
def test_what_is_too_large_says_what_to_do_with_its_kind(name, way_out):
    """An annotation file may be larger than a photograph; a video is better brought by itself."""
    data = zip_of((name, b"x" * (300 if name.startswith("large") else 200)))
    (found,) = unpack(data, ArchiveLimits(max_member_bytes=128, max_annotation_bytes=256))

    assert isinstance(found, ArchiveMember) if not way_out else way_out in found.reason


VALID = zip_of(("a.jpg", zlib.compress(b"abc") * 20), ("dir/b.jpg", b"b" * 300), ("c.jpg", b""))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), max_size=10))
def test_a_damaged_zip_gives_members_reasons_or_one_sentence(changes):
    data = bytearray(VALID)
    for where, value in changes:
        data[where] = value
    try:
        members = list(unpack(bytes(data)))
    except BadArchive:
        return
    assert all(isinstance(member, ArchiveMember | RejectedMember) for member in members)
