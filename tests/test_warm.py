"""Kernels forked from one process are what new ones are: alone, with their own folder, ending alike."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

from helpers.edition import warm
from helpers.edition.kernels import Kernels

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


def run(folder, *sources):
    """What the cells print."""
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    client = NotebookClient(
        nbformat.v4.new_notebook(cells=cells), kernel_manager_class=Kernels, timeout=120,
        resources={"metadata": {"path": str(folder)}}, extra_arguments=["--log-level=ERROR"],
    )  # fmt: skip
    client.execute()
    outputs = [output for cell in client.nb.cells for output in cell.outputs]
    return "".join(output.get("text", "") for output in outputs).split("\n")[:-1]


def test_two_kernels_share_what_was_imported_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setenv("HELPERS_PROBE", "one")
    code = (
        "import os, sys\n"
        "print('helpers.literate' in sys.modules, os.getcwd(), os.environ['HELPERS_PROBE'])"
    )
    mark = "import helpers; print(hasattr(helpers, 'mark')); helpers.mark = 1; print(os.getppid())"
    first = run(tmp_path, code, mark)
    monkeypatch.setenv("HELPERS_PROBE", "two")
    second = run(tmp_path, code, mark)
    assert first[0] == f"True {tmp_path} one"
    assert second[0] == f"True {tmp_path} two"
    assert first[1] == second[1] == "False"
    assert first[2] == second[2]  # forked from one process


def test_results_are_recorded_though_the_import_is_over(tmp_path):
    cells = "from helpers.literate import recording; print(len(recording._RUNNING))"
    assert run(tmp_path, cells, "from helpers.literate import assume\n" + cells) == ["1", "1"]


def test_a_killed_kernel_is_told_as_dead(tmp_path):
    with pytest.raises(DeadKernelError):
        run(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


def test_two_that_ask_at_once_start_one_process(monkeypatch):
    starts = []

    @cache
    def slow():
        starts.append("one")
        time.sleep(0.1)
        return "its socket"

    monkeypatch.setattr(warm, "_started", slow)
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: warm.start(), range(4))) == {"its socket"}
    assert starts == ["one"]


def test_the_process_that_forks_has_one_thread():
    run(os.curdir, "pass")
    servers = [p for p in psutil.Process().children() if warm.__name__ in p.cmdline()]
    assert [p.num_threads() for p in servers] == [1]


def test_a_program_that_is_forked_says_and_ends_as_it_would_alone(tmp_path):
    warm.start()
    script = tmp_path / "script.py"
    script.write_text(
        "import os, sys\n"
        "print(sys.argv[1:], os.getcwd(), 'helpers.literate' in sys.modules)\n"
        "sys.exit(sys.argv[1])\n"
    )
    done = warm.run(str(script), "a reason", cwd=tmp_path)
    assert done.stdout == f"['a reason'] {tmp_path} True\n"
    assert (done.stderr, done.returncode) == ("a reason\n", 1)


def test_a_program_that_is_forked_tells_its_error(tmp_path):
    warm.start()
    done = warm.run("json.tool", str(tmp_path / "none.json"), cwd=tmp_path)
    assert done.returncode not in (0, None)
    assert "none.json" in done.stderr
    script = tmp_path / "script.py"
    script.write_text("raise ValueError('why')\n")
    done = warm.run(str(script), cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.endswith("ValueError: why\n")


def test_a_notebook_is_read_without_the_grammars_of_addresses(tmp_path):
    code = "import sys, nbformat; print(sys.modules.get('rfc3987_syntax', 'not asked for'))"
    assert run(tmp_path, code) == ["None"]
