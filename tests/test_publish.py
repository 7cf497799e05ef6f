"""Publishing: nobody's file lost, one build a site, and a last site that is whole however it ends."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import killed
from helpers.edition import publish
from helpers.errors import EditionError


@pytest.fixture
def built(tmp_path):
    return killed.fill(tmp_path / "built", "new")


@pytest.fixture
def site(tmp_path):
    """A published site in a folder of its own."""
    target = tmp_path / "place/site"
    put(killed.fill(tmp_path / "last", "old"), target)
    return target


def put(built, target):
    with publish.claimed(target) as place:
        publish.publish(built, place)


def everything(folder):
    """Every name below a folder with what it is: a link's target, a file's bytes."""
    return {
        str(p.relative_to(folder)): os.readlink(p)
        if p.is_symlink()
        else p.read_bytes()
        if p.is_file()
        else None
        for p in folder.rglob("*")
    }


def pages(site):
    return {text for name, text in killed.state(site)["site"].items() if name.endswith(".html")}


def test_a_site_is_replaced_whole_and_nothing_stays_beside_it(site, built):
    put(built, site)
    names = ("index.html", "chapters/01.html", "chapters/new.html", "code/a/b.html")
    assert killed.state(site) == {"site": dict.fromkeys(names, "new"), "beside": []}


def test_the_list_in_a_site_is_what_sha256sum_reads(site):
    command = ["sha256sum", "--check", "--strict", publish.MARK]
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == 4


def a_page_was_edited(site):
    (site / "chapters/01.html").write_text("years of work")
    return "chapters/01.html"


def a_page_became_a_link(site):
    (site / "index.html").rename(site / "page.html")
    (site / "index.html").symlink_to("page.html")
    return "index.html"


def a_folder_became_a_link(site):
    (site / "chapters").rename(site.parent / "elsewhere")
    (site / "chapters").symlink_to(site.parent / "elsewhere")
    return "chapters"


def a_file(site):
    (site / "code/notes.txt").write_text("years of work")
    return "code/notes.txt"


def a_study(site):
    (site / "study").mkdir()
    (site / "study/adsl.csv").write_text("USUBJID\n1\n")
    return "study"


def an_empty_folder(site):
    (site / "chapters/mine").mkdir()
    return "chapters/mine"


def a_pipe(site):
    os.mkfifo(site / "pipe")
    return "pipe"


def a_hosts_name_further_down(site):
    (site / "code/CNAME").write_text("example.org")
    return "code/CNAME"


FOREIGN = (a_page_was_edited, a_page_became_a_link, a_folder_became_a_link, a_file, a_study,
           an_empty_folder, a_pipe, a_hosts_name_further_down)  # fmt: skip


@pytest.mark.parametrize("change", FOREIGN)
def test_what_publishing_did_not_make_stops_a_build_before_it_starts(site, change):
    name = change(site)
    before = everything(site.parent)
    with pytest.raises(EditionError, match="nothing was written") as stopped, publish.claimed(site):
        pytest.fail("the build started")
    assert str(stopped.value).startswith(f"{site / name}: ")
    assert "\n" not in str(stopped.value)
    assert everything(site.parent) == before


@pytest.mark.parametrize("change", FOREIGN)
def test_what_comes_while_a_build_is_at_work_stops_it_before_it_publishes(site, built, change):
    with publish.claimed(site) as place:
        change(site)
        before = everything(site)
        with pytest.raises(EditionError, match="nothing was written"):
            publish.publish(built, place)
    assert everything(site) == before
    assert not (site.parent / "site.new").exists()


@pytest.mark.parametrize("where", ["site.new", "site.old", ".site.helpers-lock"])
@pytest.mark.parametrize("make", [a_file, a_study])
def test_nothing_of_somebody_elses_beside_a_site_is_moved_or_removed(site, where, make):
    theirs = site.parent / where
    (theirs / "code").mkdir(parents=True)
    make(theirs)
    before = everything(site.parent)
    with pytest.raises(EditionError, match="nothing was written"), publish.claimed(site):
        pytest.fail("the build started")
    assert everything(site.parent) == before


def test_a_lock_file_that_holds_something_is_somebodys(site):
    (site.parent / ".site.helpers-lock").write_text("years of work")
    with pytest.raises(EditionError, match="nothing was written"), publish.claimed(site):
        pytest.fail("the build started")
    assert (site.parent / ".site.helpers-lock").read_text() == "years of work"


@pytest.mark.parametrize("name", ["thesis.docx", "site/thesis.docx"])
def test_a_folder_or_file_that_is_no_site_is_never_replaced(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("years of work")
    target = tmp_path / name.split("/")[0]
    with pytest.raises(EditionError, match="choose another SITE"), publish.claimed(target):
        pytest.fail("the build started")
    assert (tmp_path / name).read_text() == "years of work"


def test_a_site_of_an_earlier_version_says_that_it_has_no_list(site):
    (site / publish.MARK).write_text("")
    with pytest.raises(EditionError, match="earlier version"), publish.claimed(site):
        pytest.fail("the build started")
    assert pages(site) == {"old"}


def test_what_hosts_of_static_sites_ask_for_goes_into_the_next_site(site, built):
    (site / ".git").mkdir()
    (site / ".git/HEAD").write_text("theirs")
    (site / "CNAME").symlink_to("/somewhere")
    (site / ".nojekyll").touch()
    names = (".git", ".git/HEAD", "CNAME", ".nojekyll")
    before = [(site / name).lstat().st_ino for name in names]
    put(built, site)
    assert pages(site) == {"new"}
    assert [(site / name).lstat().st_ino for name in names] == before  # moved, not copied


def test_a_clone_that_holds_nothing_yet_can_be_published_into(tmp_path, built):
    (tmp_path / "clone/.git").mkdir(parents=True)
    (tmp_path / "clone/CNAME").write_text("example.org")
    put(built, tmp_path / "clone")
    assert pages(tmp_path / "clone") == {"new"}
    assert (tmp_path / "clone/CNAME").read_text() == "example.org"
    assert (tmp_path / "clone/.git").is_dir()


def test_a_list_that_names_files_elsewhere_removes_none(site, built):
    outside = site.parent.parent / "outside.txt"
    outside.write_text("years of work")
    digest = publish._hash(outside)
    with (site / publish.MARK).open("a") as file:
        file.write(f"{digest}  ../../outside.txt\n{digest}  {outside}\n")
    put(built, site)
    assert outside.read_text() == "years of work"


def test_a_second_build_into_a_site_says_one_line_and_changes_nothing(site, built):
    with publish.claimed(site):
        command = [sys.executable, "-m", "helpers", "book", "--site", str(site)]
        before = everything(site)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert done.stderr.count("\n") == 1
        assert "publishes there just now" in done.stderr
        assert everything(site) == before
    put(built, site)
    assert pages(site) == {"new"}


def test_a_lock_is_one_whatever_the_site_is_called(site, tmp_path):
    (tmp_path / "link").symlink_to(site.parent)
    with (
        publish.claimed(site),
        pytest.raises(EditionError, match="publishes there just now"),
        publish.claimed(tmp_path / "link/site"),
    ):
        pytest.fail("two builds at once")


def test_a_build_that_fails_leaves_no_folder_that_it_made(tmp_path):
    def fail():
        with publish.claimed(tmp_path / "a/b/site"):
            assert (tmp_path / "a/b").is_dir()
            raise EditionError("a chapter fails")

    with pytest.raises(EditionError, match="a chapter fails"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_says_one_line_and_the_last_site_stays(site, built, monkeypatch):
    for i in range(300):
        (built / f"{i}.html").write_text("new")

    def full(source, target, **_):
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr(shutil, "copyfile", full)
    before = everything(site)
    with pytest.raises(EditionError, match="No space left on device") as stopped:
        put(built, site)
    assert "\n" not in str(stopped.value)
    assert len(str(stopped.value)) < 400
    assert everything(site) == before
    assert killed.state(site)["beside"] == []


def test_a_file_added_to_a_site_is_one_of_its_files(site, built, tmp_path):
    for text in ("first", "second"):
        (tmp_path / "book.pdf").write_text(text)
        publish.add(tmp_path / "book.pdf", site / "book.pdf")
        assert (site / "book.pdf").read_text() == text
    put(built, site)
    assert not (site / "book.pdf").exists()


def test_somebodys_file_is_not_replaced_by_an_added_one(site, tmp_path):
    (tmp_path / "book.pdf").write_text("ours")
    (site / "book.pdf").write_text("theirs")
    with pytest.raises(EditionError, match="nothing was written"):
        publish.add(tmp_path / "book.pdf", site / "book.pdf")
    assert (site / "book.pdf").read_text() == "theirs"


def test_clean_removes_a_site_and_keeps_what_is_not_of_its_making(site):
    (site / "CNAME").write_text("theirs")
    publish.remove(site)
    assert everything(site.parent) == {"site": None, "site/CNAME": b"theirs"}
    publish.remove(site)  # no site any more
    assert (site / "CNAME").read_text() == "theirs"
    publish.remove(site.parent / "nothing")


@pytest.mark.parametrize("mode", [[], ["two-renames"]], ids=["exchange", "renames"])
@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM"])
def test_killed_at_any_step_the_site_is_whole_and_the_next_build_finds_nothing_else(
    tmp_path, signal, mode
):
    script = Path(killed.__file__)
    done = subprocess.run(
        [sys.executable, script, tmp_path, signal, *mode],
        capture_output=True,
        text=True,
        check=True,
    )
    rows = json.loads(done.stdout)
    assert len(rows) > 50
    sites = [_site("old"), _site("new")]
    assert rows[0]["after"]["site"] == rows[0]["next"]["site"] == sites[0]
    assert rows[-1]["status"] == 0
    assert rows[-1]["after"] == {"site": sites[1], "beside": []}
    for row in rows[:-1]:
        assert os.waitstatus_to_exitcode(row["status"]) == {"SIGKILL": -9, "SIGTERM": 143}[signal]
        assert row["next"]["site"] in sites
        assert row["next"]["beside"] == []
        assert row["claimed"]["beside"] == [".site.helpers-lock"]
        assert row["claimed"]["site"] == row["next"]["site"]
        if signal == "SIGTERM":
            assert row["after"] == row["next"]
        elif not mode:  # the pages of one site at every moment
            mine = {name: text for name, text in row["after"]["site"].items() if text != "theirs"}
            assert mine in [{n: t for n, t in s.items() if t != "theirs"} for s in sites]


def _site(word):
    names = ("index.html", "chapters/01.html", f"chapters/{word}.html", "code/a/b.html")
    return dict.fromkeys(names, word) | {".git/HEAD": "theirs", "CNAME": "theirs"}
