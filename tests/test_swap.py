"""Two folders change names in one step, or nothing is done."""

import ctypes
import errno
import os
import sys

import pytest

from helpers.edition import swap


@pytest.fixture
def folders(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    return tmp_path / "one", tmp_path / "other"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems may have no such call")
def test_two_folders_change_names(folders):
    one, other = folders
    assert swap.exchange(one, other)
    assert os.listdir(one) == ["other"]
    assert os.listdir(other) == ["one"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems may have no such call")
def test_a_folder_that_is_not_there_is_an_error_and_the_other_stays(folders):
    one, other = folders
    with pytest.raises(FileNotFoundError):
        swap.exchange(one, other.with_name("gone"))
    assert os.listdir(one) == ["one"]


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_cannot_says_so_and_nothing_is_done(folders, monkeypatch, number):
    class Library:
        def renameat2(self, *_):
            ctypes.set_errno(number)
            return -1

    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: Library())
    monkeypatch.setattr(sys, "platform", "linux")
    assert not swap.exchange(*folders)
    assert os.listdir(folders[0]) == ["one"]


def test_a_system_without_the_call_says_so(folders, monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    assert not swap.exchange(*folders)
