"""Tests import each other's helpers by their whole name: `from tests.unit.pictures import ...`."""
