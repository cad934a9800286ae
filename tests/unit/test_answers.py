"""The names that downloads are saved under."""

from __future__ import annotations

import pytest

from plateseg.ui.routes.answers import attachment


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("car_mask.png", "attachment; filename=\"car_mask.png\"; filename*=UTF-8''car_mask.png"),
        ("車_mask.png", "attachment; filename=\"__mask.png\"; filename*=UTF-8''%E8%BB%8A_mask.png"),
        ('a"; x="b.png', "attachment; filename=\"a___x__b.png\"; filename*=UTF-8''a%22%3B%20x%3D%22b.png"),
        (
            "a\r\nset-cookie: b.png",
            "attachment; filename=\"a__set-cookie__b.png\"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20b.png",
        ),
    ],
)
def test_a_mask_downloaded_of_a_photograph_with_a_name_in_another_script_keeps_that_name(name, header):
    assert attachment(name) == header
