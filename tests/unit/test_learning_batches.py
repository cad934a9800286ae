"""Which photographs make a batch."""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from plateseg.learning import letterbox
from plateseg.learning.dataset import epoch_batches, normalise, stack, validation_batches

SHAPES = st.lists(st.sampled_from([(64, 40), (40, 64), (64, 64), (64, 37)]), min_size=1, max_size=70)


@given(SHAPES, st.integers(1, 9), st.integers(0, 5))
def test_an_epoch_takes_every_photograph_once_in_batches_of_nearly_one_size(shapes, batch_size, epoch):
    batches = epoch_batches(shapes, batch_size, seed=1, epoch=epoch)
    assert sorted(index for batch in batches for index in batch) == list(range(len(shapes)))
    sizes = [len(batch) for batch in batches]
    assert max(sizes) <= batch_size
    assert max(sizes) - min(sizes) <= 1


@given(SHAPES, st.integers(1, 9), st.integers(1, 4))
def test_no_batch_is_smaller_than_the_network_can_train_on_where_there_are_as_many(shapes, batch_size, smallest):
    batches = epoch_batches(shapes, max(batch_size, smallest), seed=1, epoch=0, smallest=smallest)
    assert sorted(index for batch in batches for index in batch) == list(range(len(shapes)))
    assert min(len(batch) for batch in batches) >= min(smallest, len(shapes))
    assert max(len(batch) for batch in batches) < 2 * max(batch_size, smallest)


def test_the_order_follows_from_seed_and_epoch_alone():
    shapes = [(64, 40)] * 30
    assert epoch_batches(shapes, 4, seed=3, epoch=2) == epoch_batches(shapes, 4, seed=3, epoch=2)
    assert epoch_batches(shapes, 4, seed=3, epoch=2) != epoch_batches(shapes, 4, seed=3, epoch=3)
    assert epoch_batches(shapes, 4, seed=3, epoch=2) != epoch_batches(shapes, 4, seed=4, epoch=2)


def test_tall_and_wide_photographs_seldom_share_a_batch():
    shapes = [(512, 320), (320, 512)] * 64
    batches = epoch_batches(shapes, 4, seed=0, epoch=0)
    mixed = [batch for batch in batches if len({shapes[index] for index in batch}) > 1]
    assert len(mixed) <= 2


@given(SHAPES, st.integers(1, 9))
def test_a_validation_batch_holds_one_padded_shape(shapes, batch_size):
    batches = validation_batches(shapes, batch_size)
    assert sorted(index for batch in batches for index in batch) == list(range(len(shapes)))
    assert all(len({letterbox.padded_shape(*shapes[index]) for index in batch}) == 1 for batch in batches)


def test_a_batch_is_padded_no_further_than_its_largest_needs():
    examples = [(np.full((h, w, 3), 9, np.uint8), np.ones((h, w), np.uint8)) for h, w in [(64, 37), (50, 64)]]
    batch = stack(examples)
    assert batch.images.shape == (2, 3, 64, 64)
    assert batch.images.is_contiguous(memory_format=torch.channels_last)
    assert batch.masks[0].sum() == 64 * 37
    assert (batch.images[0, :, :, 37:] == 127).all()
    assert (batch.masks[1, 50:] == 0).all()


def test_normalised_numbers():
    images = torch.tensor([127, 255, 0], dtype=torch.uint8).view(1, 3, 1, 1)
    assert normalise(images, (127 / 255,) * 3, (128 / 255,) * 3).flatten().tolist() == [0.0, 1.0, -0.9921875]
