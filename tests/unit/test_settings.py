"""Everything the environment decides, and nothing else does."""

from pathlib import Path

import pytest

from plateseg.errors import BadConfig
from plateseg.settings import Settings, read_settings


def test_without_anything_set_the_data_lies_beside_and_only_this_machine_may_come_in(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    settings = read_settings({})

    home = tmp_path.resolve() / "data"
    assert settings.home == home
    assert settings.database_url == f"sqlite:///{home / 'plateseg.db'}"
    assert settings.blob_url == str(home / "blobs")
    assert (settings.host, settings.port, settings.allowed_hosts) == ("127.0.0.1", 7860, ())
    assert settings.machine
    assert settings.runs_folder == home / "runs"
    assert settings.run_folder(3) == home / "runs" / "3"
    assert settings.scratch == home / "scratch"


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("HOST", "0.0.0.0", "host", "0.0.0.0"),
        ("HOST", "", "host", "127.0.0.1"),
        ("PORT", "8080", "port", 8080),
        ("PORT", "", "port", 7860),
        ("DATABASE_URL", "postgresql://me@there/plates", "database_url", "postgresql://me@there/plates"),
        ("DATABASE_URL", "sqlite:////data/x.db", "database_url", "sqlite:////data/x.db"),
        ("DATABASE_URL", "sqlite://", "database_url", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:", "database_url", "sqlite:///:memory:"),
        ("PLATESEG_BLOBS", "s3://bucket/plates", "blob_url", "s3://bucket/plates"),
        ("PLATESEG_BLOBS", "/mnt/blobs", "blob_url", "/mnt/blobs"),
        ("PLATESEG_ALLOWED_HOSTS", "a.lan, b.lan,,", "allowed_hosts", ("a.lan", "b.lan")),
        ("PLATESEG_HOME", "/srv/plates", "home", Path("/srv/plates")),
    ],
)
def test_the_environment_decides(name, value, field, expected):
    assert getattr(read_settings({name: value}), field) == expected


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80.5", "²", " 80", "9" * 5000])
def test_what_is_no_port_is_refused(port):
    with pytest.raises(BadConfig, match="PORT must be a number from 1 to 65535"):
        read_settings({"PORT": port})


def test_a_home_of_the_persons_own_is_found(monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")

    assert read_settings({"PLATESEG_HOME": "~/plates"}).home == Path("/home/ada/plates")


def test_relative_places_mean_the_same_to_a_trainer_that_runs_in_another_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    here = read_settings(
        {"PLATESEG_HOME": "mine", "DATABASE_URL": "sqlite:///mine/db.sqlite", "PLATESEG_BLOBS": "mine/blobs"}
    )

    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    there = read_settings(here.child_environment())

    assert (there.home, there.database_url, there.blob_url) == (here.home, here.database_url, here.blob_url)
    assert there.home == tmp_path / "mine"
    assert there.database_url == f"sqlite:///{tmp_path / 'mine' / 'db.sqlite'}"
    assert there.blob_url == str(tmp_path / "mine" / "blobs")


def test_a_trainer_gets_the_environment_of_the_app_and_its_places(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    settings = Settings(home=Path("/srv/plates"), database_url="sqlite:////srv/plates/x.db", blob_url="s3://bucket")

    environment = settings.child_environment()

    assert environment["CUDA_VISIBLE_DEVICES"] == "1"
    assert environment["PLATESEG_HOME"] == "/srv/plates"
    assert environment["DATABASE_URL"] == "sqlite:////srv/plates/x.db"
    assert environment["PLATESEG_BLOBS"] == "s3://bucket"
    assert all(isinstance(value, str) for value in environment.values())
