"""JupyterLab on a study folder: every analysis runs to its end, charts show, saving loses nothing."""

import json
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import jupytext
import pytest
from nbclient import NotebookClient

from helpers.context import LAB, VARIABLE, Context
from helpers.edition import lab, plan
from helpers.errors import EditionError
from helpers.simulate.example import write_example
from helpers.study import load_study

contents = pytest.importorskip("helpers.edition.lab_contents")
ANALYSES = plan.analysis_names()
SVG = "image/svg+xml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "example"
    write_example(folder)
    return folder


@pytest.fixture(scope="module")
def study(folder):
    return load_study(folder, check=False)


@pytest.fixture(scope="module")
def environment(study, folder, tmp_path_factory):
    work = tmp_path_factory.mktemp("work")
    context = Context(published=False, studies={study.config.design: str(folder)})
    return lab.prepared(work, context)[1]


@pytest.fixture
def manager(study, tmp_path, monkeypatch):
    """The contents manager on copies of the sources."""
    for path in (plan.SOURCES / "analysis").glob("*.md"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "jupytext.toml").write_bytes((plan.SOURCES / "jupytext.toml").read_bytes())
    monkeypatch.setattr(contents, "_study", lambda: study)
    return contents.AnalysisContents(root_dir=str(tmp_path))


def meant(cells):
    """What cells say, however their text is laid out."""
    return [(c.cell_type, c.source, dict(c.metadata)) for c in cells]


@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_runs_from_top_to_end_with_her_folder(
    name, manager, environment, monkeypatch, tmp_path
):
    for key in (VARIABLE, LAB):
        monkeypatch.setenv(key, environment[key])
    notebook = manager.get(f"{name}.md", type="notebook")["content"]
    NotebookClient(
        notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}},
        extra_arguments=["--log-level=ERROR"],
    ).execute()  # fmt: skip
    outputs = [o for c in notebook.cells for o in c.get("outputs", [])]
    assert not [o for o in outputs if o.get("name") == "stderr"]
    charts = [o["data"] for o in outputs if "application/vnd.vegalite.v6+json" in o.get("data", {})]
    for data in charts:
        hidden = "hidden" in data["application/vnd.vegalite.v6+json"]["usermeta"]["figure"]
        assert (SVG in data) != hidden
    if name == "02_safety":
        assert any(data[SVG].startswith("<svg") for data in charts)


@pytest.mark.parametrize("name", ANALYSES)
def test_saving_keeps_every_section_and_the_header_s_keys(name, manager, tmp_path):
    source = (tmp_path / f"{name}.md").read_text(encoding="utf-8")
    model = manager.get(f"{name}.md", type="notebook")
    model["content"] = json.loads(json.dumps(model["content"]))  # as the browser sends it
    manager.save(model, f"{name}.md")
    saved = (tmp_path / f"{name}.md").read_text(encoding="utf-8")
    before, after = jupytext.reads(source, "md:myst"), jupytext.reads(saved, "md:myst")
    assert meant(after.cells) == meant(before.cells)
    kept = [k for k in ("nav", "needs", "for") if k in before.metadata]
    assert "nav" in kept
    assert [after.metadata.get(k) for k in kept] == [before.metadata[k] for k in kept]


def test_code_without_data_is_shown_and_not_run(manager):
    cells = manager.get("03_cd4_cd8_viral_load.md", type="notebook")["content"].cells
    aside = [c for c in cells if c.cell_type == "raw"]
    assert any("cd4cd8" in c.source for c in aside)
    assert not any("cd4cd8" in c.source for c in cells if c.cell_type == "code")


def test_a_text_file_is_saved_as_text(manager, tmp_path):
    manager.save({"type": "file", "format": "text", "content": "x"}, "note.txt")
    assert (tmp_path / "note.txt").read_text(encoding="utf-8") == "x"


def test_without_jupyterlab_it_says_what_brings_it(monkeypatch, tmp_path):
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EditionError, match="make install"):
        lab.open_lab(tmp_path)


def running_server(folder, seconds=60):
    """The address of the server whose runtime files lie in `folder`, once it answers."""
    for _ in range(seconds * 10):
        for path in folder.glob("jpserver-*.json"):
            try:
                url = json.loads(path.read_text(encoding="utf-8"))["url"]
                urllib.request.urlopen(url + "api", timeout=60).close()
                return url
            except (ValueError, urllib.error.URLError):
                pass  # half written, or not listening yet
        time.sleep(0.1)
    raise AssertionError("no server")


def test_the_server_opens_an_analysis_as_a_notebook_on_her_folder(environment, tmp_path):
    context = Context(**json.loads(Path(environment[VARIABLE]).read_text(encoding="utf-8")))
    command, variables = lab.prepared(tmp_path, context)
    command += ["--no-browser", "--IdentityProvider.token=of-this-test", "--allow-root"]
    variables |= {"JUPYTER_RUNTIME_DIR": str(tmp_path), "JUPYTER_CONFIG_DIR": str(tmp_path)}
    with subprocess.Popen(command, env=variables, stderr=subprocess.DEVNULL) as server:
        try:
            url = running_server(tmp_path) + "api/contents/{}?type=notebook&token=of-this-test"
            with urllib.request.urlopen(
                url.format("03_cd4_cd8_viral_load.md"), timeout=60
            ) as answer:
                cells = json.load(answer)["content"]["cells"]
        finally:
            server.terminate()
    kinds = {cell["cell_type"] for cell in cells}
    assert kinds == {"markdown", "code", "raw"}


def test_a_text_file_is_opened_as_a_notebook_by_lab_s_settings_of_this_run_only(tmp_path):
    command, variables = lab.prepared(tmp_path, Context(published=False, studies={}))
    path = tmp_path / "settings/@jupyterlab/docmanager-extension/plugin.jupyterlab-settings"
    viewers = json.loads(path.read_text(encoding="utf-8"))["defaultViewers"]
    assert viewers["markdown"] == "Jupytext Notebook"
    assert f"--LabApp.user_settings_dir={tmp_path / 'settings'}" in command
    assert variables[LAB] == "1"
