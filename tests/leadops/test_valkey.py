"""The embedded Valkey."""

import stat
from pathlib import Path

import pytest

from leadops.embedded import valkey
from leadops.var import private_directory, socket_path


def test_it_answers_for_the_length_of_the_block_only(tmp_path: Path) -> None:
    socket = tmp_path / "valkey.sock"
    with valkey.running(folder=tmp_path / "valkey", socket=socket):
        assert valkey.answers(socket)
        assert stat.S_IMODE(socket.stat().st_mode) == 0o700
    assert not valkey.answers(socket)


def test_it_can_be_reached_from_a_checkout_with_a_long_path(tmp_path: Path) -> None:
    var = tmp_path / ("a-long-name-" * 10)
    socket = socket_path(var, "valkey.sock")
    with valkey.running(folder=private_directory(var) / "valkey", socket=socket):
        assert valkey.answers(socket)
    socket.parent.rmdir()


def test_it_does_not_start_where_another_one_answers(tmp_path: Path) -> None:
    socket = tmp_path / "valkey.sock"
    with valkey.running(folder=tmp_path / "valkey", socket=socket):
        with pytest.raises(valkey.ValkeyTrouble, match="Another server already answers"):
            valkey.wait_until(False, socket, patience=0)
