"""The same settings as jupyter-book takes from _config.yml, for plain Sphinx (`make book BUILDER=sphinx`)."""

from pathlib import Path

import yaml

_book = yaml.safe_load(Path(__file__).with_name("_config.yml").read_text(encoding="utf-8"))

project = html_title = _book["title"]
author = _book["author"]
copyright = _book["copyright"]
extensions = [
    "myst_nb",
    "sphinx_design",
    "sphinx_external_toc",
    "sphinxcontrib.bibtex",
    *_book["sphinx"]["extra_extensions"],
]
external_toc_path = "_toc.yml"
external_toc_exclude_missing = _book["only_build_toc_files"]
nb_execution_mode = _book["execute"]["execute_notebooks"]
myst_enable_extensions = _book["parse"]["myst_enable_extensions"]
bibtex_bibfiles = _book["bibtex_bibfiles"]
globals().update(_book["sphinx"]["config"])
