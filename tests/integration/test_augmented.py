"""The Train tab's look at augmented examples: real photographs with their masks outlined, kept nowhere."""

from __future__ import annotations

import re
from dataclasses import fields
from html import unescape

import pytest

from plateseg.domain import images
from plateseg.domain.train_config import TrainConfig
from plateseg.services import augmented
from plateseg.ui.tabs import train
from tests.integration.uploads import items_of, jpeg, mask_png, upload


@pytest.fixture
def labelled(client):
    """Ids of two photographs with a plate and one without a mask."""
    upload(client, {"a.jpg": jpeg(1), "a.png": mask_png(), "b.jpg": jpeg(2), "b.png": mask_png(), "c.jpg": jpeg(3)})
    return {item["name"]: item["id"] for item in items_of(client)}


def form(**changes) -> list:
    """The values that the form would hand over."""
    return [changes.get(spec.name, spec.default) for spec in fields(TrainConfig)]


def test_each_click_shows_other_variants_as_the_form_asks_for_them(client, context, labelled):
    html, turn = train.on_preview(context, 0, *form(augment="strong", image_size=96, crop_size=64))
    again, _ = train.on_preview(context, turn, *form(augment="strong", image_size=96, crop_size=64))
    addresses = [unescape(found) for found in re.findall('src="([^"]+)"', html + again)]
    assert [int(re.search("items/([0-9]+)/", address)[1]) for address in addresses] == [
        labelled["a.jpg"], labelled["b.jpg"], labelled["a.jpg"], labelled["b.jpg"]
    ]  # fmt: skip
    answers = [client.get(address) for address in addresses]
    assert {(answer.status_code, answer.headers["cache-control"]) for answer in answers} == {(200, "private, no-store")}
    assert len({answer.content for answer in answers}) == 4
    assert answers[0].content == client.get(addresses[0]).content
    assert images.decode(answers[0].content).pixels.shape == (64, 64, 3)


def test_the_mask_is_outlined_where_it_went(context, labelled):
    config = TrainConfig(augment="off", image_size=96)
    drawn = images.decode(augmented.example(context.storage, labelled["a.jpg"], config, turn=0)).pixels.astype(int)
    plain = images.read(jpeg(1)).astype(int)
    rows, columns = (abs(drawn - plain).sum(axis=-1) > 120).nonzero()
    assert (rows.min(), columns.min(), rows.max(), columns.max()) == pytest.approx((30, 40, 37, 59), abs=3)


def test_what_cannot_be_shown_is_said(client, context, labelled):
    def answer(item, **asked):
        return client.get(f"/api/items/{item}/augmented", params={"augment": "light", "image_size": 96} | asked)

    assert "no mask yet" in answer(labelled["c.jpg"]).json()["error"]
    assert answer(999).status_code == 404
    assert "Augmentation must be one of off, light, strong" in answer(labelled["a.jpg"], augment="wild").json()["error"]
    assert "multiple of 32" in train.on_preview(context, 3, *form(image_size=100))[0]


def test_without_a_labelled_photograph_the_way_out_is_named(context):
    assert "draw one on the Annotate tab" in train.on_preview(context, 0, *form())[0]
