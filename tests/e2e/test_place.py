"""Where a person is stands in the address: reload, back, a sent link. And the page keeps to itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

TABS = ("upload", "annotate", "train", "runs", "predict")


def open_tab(page: Page, tab: str) -> None:
    """Press a tab's button."""
    page.get_by_role("tab", name=tab.capitalize()).click()


@pytest.mark.parametrize("tab", TABS)
def test_an_address_opens_its_tab(visit, bare_app, tab):
    page = visit(bare_app).page(f"/?tab={tab}")
    expect(page.get_by_role("tab", name=tab.capitalize())).to_have_attribute("aria-selected", "true")
    expect(page).to_have_title(f"{tab.capitalize()} · plateseg")
