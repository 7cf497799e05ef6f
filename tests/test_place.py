"""Where a site may go: apart from what is read, and never over a repository, a home or a link."""

import os
from pathlib import Path

import pytest

from helpers.context import ROOT
from helpers.edition.place import shown, site_place
from helpers.errors import EditionError


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "trials/study"
    folder.mkdir(parents=True)
    return folder


def there(site):
    """Which of the folders on the way to a site are there, and what is in it (not beside: others work)."""
    return [p.exists() for p in (site, *site.parents)], sorted(
        site.iterdir()
    ) if site.is_dir() else []


def refusal(site, *data):
    """The one line that refuses it; nothing is made."""
    before = there(site)
    with pytest.raises(EditionError) as stopped:
        site_place(site, *data)
    line = str(stopped.value)
    assert line.isprintable()
    assert line.endswith("nothing was written")
    assert there(site) == before
    return line


@pytest.mark.parametrize("site", ["trials/study", "trials", ".", "trials/../trials/study/"])
def test_a_site_that_is_or_holds_the_data_is_refused(study, tmp_path, site):
    assert "that is or holds the data" in refusal(tmp_path / site, study)


@pytest.mark.parametrize("site", ["trials/study/site", "trials/study/a/b/c"])
def test_a_site_in_the_data_is_refused(study, tmp_path, site):
    assert f"found one in {study}" in refusal(tmp_path / site, study)


def test_data_that_are_not_there_are_no_place_for_a_site_either(tmp_path):
    assert "found one in" in refusal(tmp_path / "gone/site", tmp_path / "gone")
    assert "holds the data" in refusal(tmp_path / "gone", tmp_path / "gone/study")


def test_links_on_the_way_hide_nothing(study, tmp_path):
    (tmp_path / "way").symlink_to(study)
    (tmp_path / "up").symlink_to(study.parent)
    assert "found one in" in refusal(tmp_path / "way/site", study)
    assert "found one in" in refusal(study / "site", tmp_path / "way")
    assert "holds the data" in refusal(tmp_path / "up/study", study)
    assert "holds the data" in refusal(study.parent, tmp_path / "way")


@pytest.mark.parametrize("target", ["trials", "nowhere", "link"])
def test_a_link_is_no_site(study, tmp_path, target):
    (tmp_path / "link").symlink_to(target)
    assert "found a link to" in refusal(tmp_path / "link", study)
    assert "found a link to" in refusal(Path(f"{tmp_path}/link/"), study)


@pytest.mark.parametrize("site", [Path("/"), Path("."), Path(""), Path(".."), ROOT, ROOT.parent])
def test_a_site_over_the_folder_one_works_in_is_refused(site, monkeypatch):
    monkeypatch.chdir(ROOT / "tests")
    line = refusal(site)
    assert line.startswith(f"{site}: ")


def test_a_site_over_a_home_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "people/me"))
    assert "holds your home" in refusal(tmp_path / "people/me")
    assert "holds your home" in refusal(tmp_path / "people")


@pytest.mark.parametrize("name", ["book", "chapters/new", "data/site", "src/helpers/x", "_work/x"])
def test_a_site_among_the_sources_is_refused(name):
    assert "apart from what is read" in refusal(ROOT / name)


def test_a_file_system_of_its_own_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os.path, "ismount", lambda path: path == tmp_path / "disk")
    assert "a file system of its own" in refusal(tmp_path / "disk")


def test_a_file_is_no_folder_to_write_to(tmp_path):
    (tmp_path / "letter").write_text("dear")
    assert "expected a folder to write to" in refusal(tmp_path / "letter")
    assert "expected a folder to write to" in refusal(tmp_path / "letter/site")
    (tmp_path / "loop").symlink_to("loop")
    assert "expected a folder to write to" in refusal(tmp_path / "loop/site")


def test_a_site_elsewhere_is_taken_without_its_links(study, tmp_path):
    (tmp_path / "up").symlink_to(study.parent)
    assert site_place(tmp_path / "up/site", study) == study.parent.resolve() / "site"
    assert site_place(ROOT / "_site") == ROOT.resolve() / "_site"
    assert site_place(tmp_path / 'it\'s "q" ;x/-$(x)') == tmp_path.resolve() / 'it\'s "q" ;x/-$(x)'


def test_a_path_is_shown_in_one_line_whatever_it_holds():
    assert shown("plain ü") == "plain ü"
    assert shown("two\nlines\x1b[31m") == r"'two\nlines\x1b[31m'"
    assert shown(os.fsdecode(b"\xff")).isprintable()
