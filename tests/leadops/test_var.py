"""What a set-up makes for itself."""

import stat
from pathlib import Path

import pytest

from leadops import var


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    key = var.secret_key(tmp_path)
    assert len(key) > 50
    assert var.secret_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_a_socket_lies_in_var_where_its_path_is_short_enough(tmp_path: Path) -> None:
    assert var.socket_path(Path("/srv/leadops/var"), "valkey.sock") == Path("/srv/leadops/var/valkey.sock")


@pytest.mark.parametrize("longest", [107, 108])
def test_a_socket_lies_elsewhere_where_its_path_would_be_too_long(longest: int) -> None:
    folder = Path("/") / ("x" * (longest - len("//valkey.sock")))
    path = var.socket_path(folder, "valkey.sock")
    assert (path.parent == folder) is (longest == 107)
    assert len(str(path)) <= 107


def test_two_set_ups_with_long_paths_do_not_share_a_socket() -> None:
    paths = {var.socket_path(Path("/") / ("x" * 120) / name, "valkey.sock") for name in ("one", "two")}
    assert len(paths) == 2


def test_a_private_directory_is_for_its_owner_only(tmp_path: Path) -> None:
    (tmp_path / "valkey").mkdir(mode=0o755)
    assert stat.S_IMODE(var.private_directory(tmp_path / "valkey").stat().st_mode) == 0o700


def test_a_link_in_place_of_a_private_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "valkey").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError):
        var.private_directory(tmp_path / "valkey")
