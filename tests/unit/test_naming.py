"""Which file is a photograph and which is its mask, by their names."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plateseg.domain.naming import natural, plan, split_of
from plateseg.domain.types import Split

NFC, NFD = (unicodedata.normalize(form, "Straße/Kennzeichen-München") for form in ("NFC", "NFD"))


@pytest.mark.parametrize(
    ("paths", "pairs"),
    [
        (["images/a.jpg", "masks/a.png"], [("images/a.jpg", "masks/a.png")]),
        (["images/a.jpg", "masks/a.jpg.png"], [("images/a.jpg", "masks/a.jpg.png")]),
        (["images/a.jpg", "masks/a_mask.png"], [("images/a.jpg", "masks/a_mask.png")]),
        (["images/a.png", "masks/a.png"], [("images/a.png", "masks/a.png")]),
        (["images/a.b.jpg", "masks/a.b.png"], [("images/a.b.jpg", "masks/a.b.png")]),
        (["a.jpg", "masks/a.png"], [("a.jpg", "masks/a.png")]),
        (["cars/a.jpg", "cars_masks/a.png"], [("cars/a.jpg", "cars_masks/a.png")]),
        (["x/images/a.jpg", "y/masks/a.png"], [("x/images/a.jpg", "y/masks/a.png")]),
        (["images/a.jpg", "labels/a.png"], [("images/a.jpg", "labels/a.png")]),
        (["a.jpg", "a.jpg.png"], [("a.jpg", "a.jpg.png")]),
        (["a.png", "a.png.png"], [("a.png", "a.png.png")]),
        (["a.jpg", "a_mask.png"], [("a.jpg", "a_mask.png")]),
        (["a.jpg", "a-mask.png"], [("a.jpg", "a-mask.png")]),
        (["A.JPG", "masks/a.PNG"], [("A.JPG", "masks/a.PNG")]),
        (["a.jpg", "A.jpg", "masks/A.png"], [("A.jpg", "masks/A.png"), ("a.jpg", None)]),
        (["images\\a.jpg", "masks\\a.png"], [("images\\a.jpg", "masks\\a.png")]),
        ([f"images/{NFC}.jpg", f"masks/{NFD}.png"], [(f"images/{NFC}.jpg", f"masks/{NFD}.png")]),
        (["图片/车牌.jpg", "图片/masks/车牌.png"], [("图片/车牌.jpg", "图片/masks/车牌.png")]),
        (["a.jpg", "b.jpg", "masks/b.png"], [("a.jpg", None), ("b.jpg", "masks/b.png")]),
        (["a.jpg", "a.jpeg", "masks/a.jpeg.png"], [("a.jpeg", "masks/a.jpeg.png"), ("a.jpg", None)]),
        (["img10.jpg", "img2.jpg", "Img1.jpg"], [("Img1.jpg", None), ("img2.jpg", None), ("img10.jpg", None)]),
        (["photo"], [("photo", None)]),
        (["a.svg", "b.gif"], [("a.svg", None), ("b.gif", None)]),
        (["unmasked.jpg", "damask.png"], [("damask.png", None), ("unmasked.jpg", None)]),
        (
            ["train/a.jpg", "val/a.jpg", "masks/train/a.png"],
            [("train/a.jpg", "masks/train/a.png"), ("val/a.jpg", None)],
        ),
    ],
)
def test_photographs_and_their_masks(paths, pairs):
    answer = plan(paths)
    assert [(pair.image, pair.mask) for pair in answer.pairs] == pairs
    assert not answer.orphan_masks
    assert not answer.ignored
    assert not any(pair.mask_is_guess for pair in answer.pairs)


@pytest.mark.parametrize(
    ("path", "split"),
    [
        ("dataset/train/images/a.jpg", Split.TRAIN),
        ("dataset/val/images/a.jpg", Split.VAL),
        ("images/valid/a.jpg", Split.VAL),
        ("Test/a.jpg", Split.TEST),
        ("train/val/a.jpg", Split.VAL),
        ("images/a.jpg", None),
        ("train.jpg", None),
    ],
)
def test_folders_hint_at_the_split(path, split):
    assert plan([path]).pairs[0].split is split


def test_the_seed_layout_with_splits_pairs_within_each_split():
    paths = [f"dataset/{split}/{kind}" for split in ("train", "val") for kind in ("images/a.jpg", "masks/a.png")]
    answer = plan(paths)
    assert [(pair.image, pair.mask, pair.split) for pair in answer.pairs] == [
        ("dataset/train/images/a.jpg", "dataset/train/masks/a.png", Split.TRAIN),
        ("dataset/val/images/a.jpg", "dataset/val/masks/a.png", Split.VAL),
    ]


def test_a_mask_whose_photograph_is_missing_does_not_take_the_place_of_anothers():
    answer = plan(["val/images/1.jpg", "val/masks/1.png", "train/masks/1.png"])
    assert [(pair.image, pair.mask) for pair in answer.pairs] == [("val/images/1.jpg", "val/masks/1.png")]
    ((path, reason),) = answer.orphan_masks
    assert path == "train/masks/1.png"
    assert "has a mask already: val/masks/1.png" in reason


@pytest.mark.parametrize(
    ("path", "split"),
    [
        ("test/annotations/instances_train.json", Split.TRAIN),
        ("test/annotations/instances.json", Split.TEST),
        ("val/ImageSets/Main/train.txt", Split.TRAIN),
    ],
)
def test_a_list_named_after_its_split_is_not_of_the_split_its_zip_is_called(path, split):
    assert split_of(path, of_file=True) is split


def test_a_png_beside_a_jpg_of_its_name_is_a_guess():
    (pair,) = plan(["a.jpg", "a.png"]).pairs
    assert (pair.image, pair.mask, pair.mask_is_guess) == ("a.jpg", "a.png", True)


def test_no_guess_where_a_certain_mask_is_at_hand():
    answer = plan(["a.jpg", "a.png", "masks/a.jpg.png"])
    assert [(pair.image, pair.mask) for pair in answer.pairs] == [("a.jpg", "masks/a.jpg.png"), ("a.png", None)]


@pytest.mark.parametrize(
    ("paths", "orphan", "words"),
    [
        (["a.jpg", "masks/b.png"], "masks/b.png", "No photograph of this name"),
        (["masks/a.png"], "masks/a.png", "No photograph of this name"),
        (["b_mask.png"], "b_mask.png", "No photograph of this name"),
        (["a.jpg", "a.webp", "masks/a.png"], "masks/a.png", "Several photographs"),
        (["a.jpg", "masks/a.jpg.png", "masks/a.png"], "masks/a.png", "has a mask already"),
        (["x/a.jpg", "y/a.jpg", "masks/a.png"], "masks/a.png", "Several photographs"),
    ],
)
def test_masks_without_a_photograph_are_named_with_the_reason(paths, orphan, words):
    ((path, reason),) = plan(paths).orphan_masks
    assert path == orphan
    assert words in reason


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("__MACOSX/images/._a.jpg", "operating system"),
        (".DS_Store", "operating system"),
        ("images/Thumbs.db", "operating system"),
        ("images/.hidden.jpg", "operating system"),
        (".git/a.png", "operating system"),
        ("notes.txt", ".txt files"),
        ("labels/a.json", ".json files"),
        ("inner.zip", "archive"),
        ("images/", "folder"),
        ("", "folder"),
    ],
)
def test_what_is_neither_is_ignored_with_a_reason(path, words):
    answer = plan([path, "a.jpg"])
    assert [pair.image for pair in answer.pairs] == ["a.jpg"]
    ((ignored, reason),) = answer.ignored
    assert ignored == path
    assert words in reason
    assert reason.endswith(".")


def test_the_same_path_twice_is_taken_once():
    answer = plan(["a.jpg", "a.jpg"])
    assert len(answer.pairs) == 1
    assert answer.ignored == (("a.jpg", "The same path came twice."),)


folders = st.sampled_from(["", "images/", "masks/", "a/", "train/images/", "train/masks/", "x_masks/", "__MACOSX/"])
stems = st.sampled_from(["a", "A", "b", "a.jpg", "a_mask", "ß", "é", ".", "..", "", "mask", "_mask"]) | st.text(
    max_size=5
)
endings = st.sampled_from([".jpg", ".png", ".PNG", ".txt", "", ".", ".jpeg"])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(folders, stems, endings).map("".join), max_size=14), st.randoms())
def test_every_path_stands_in_the_plan_exactly_once_in_any_order(paths, shuffle):
    answer = plan(paths)
    named = [pair.image for pair in answer.pairs] + [pair.mask for pair in answer.pairs if pair.mask]
    named += [path for path, _ in (*answer.orphan_masks, *answer.ignored)]
    assert sorted(named) == sorted(paths)
    shuffled = list(paths)
    shuffle.shuffle(shuffled)
    assert plan(shuffled) == answer


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=8), max_size=10))
def test_any_names_can_be_sorted_naturally(names):
    assert sorted(sorted(names, key=natural)) == sorted(names)


def test_numbers_of_any_length_sort_as_numbers():
    names = [f"a{'9' * 5000}", "a10", "a9", "a2b10", "a2b9"]
    assert sorted(names, key=natural) == ["a2b9", "a2b10", "a9", "a10", f"a{'9' * 5000}"]


def test_fifty_thousand_files_are_planned():
    paths = [f"images/car{number}.jpg" for number in range(25_000)]
    paths += [f"masks/car{number}.png" for number in range(25_000)]
    answer = plan(paths)
    assert all(pair.mask == f"masks/car{number}.png" for number, pair in enumerate(answer.pairs))
    assert len(answer.pairs) == 25_000
