"""What the command line can do stands in README, every verb and every option; every module on ARCHITECTURE's map."""

import argparse
import re

import pytest

from plateseg.cli import parser
from tests.conftest import ROOT


def verbs():
    (choices,) = [action.choices for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return choices


def options():
    return [
        (verb, max(action.option_strings, key=len))
        for verb, its in verbs().items()
        for action in its._actions
        if action.option_strings and action.help != argparse.SUPPRESS and "--help" not in action.option_strings
    ]


@pytest.fixture(scope="module")
def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_stands_in_readme(readme, verb):
    assert re.search(rf"python -m plateseg {re.escape(verb)}\b|`{re.escape(verb)}\b", readme), f"`{verb}` is missing"


@pytest.mark.parametrize(("verb", "option"), options())
def test_every_option_stands_in_readme(readme, verb, option):
    assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", readme), f"{verb} {option} is missing"


@pytest.mark.parametrize(
    "name",
    ["PLATESEG_HOME", "DATABASE_URL", "PLATESEG_BLOBS", "PLATESEG_STARTER", "HOST", "PORT", "PLATESEG_ALLOWED_HOSTS"],
)
def test_every_setting_stands_in_readme(readme, name):
    assert re.search(rf"\b{name}\b", readme), f"{name} is missing"


def test_every_verb_says_what_it_is_for():
    (choices,) = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]
    assert {action.dest for action in choices._choices_actions if action.help} == set(verbs())


FOLDERS = ("plateseg", "plateseg/domain", "plateseg/learning", "plateseg/services", "plateseg/ui", "storage")
"""Whose modules are named one by one; of the others the folder tells enough."""


@pytest.mark.parametrize(
    "module", [path.name for folder in FOLDERS for path in sorted((ROOT / folder).glob("[!_]*.py"))]
)
def test_every_module_stands_on_the_map(module):
    assert re.search(rf"\b{re.escape(module)}", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
