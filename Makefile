# One command a task, the same here and in CI. `make help` lists them.
PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin/python
STAMP = $(VENV)/.installed
JOBS ?= 2
export PYTHONHASHSEED = 0
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1
unexport HELPERS_EDITION

.DEFAULT_GOAL := help
.PHONY: help book pdf test check init example audit execute data lint nbval quotes bench lock clean install

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

book: install ## build the site into _site; DATA=folder SITE=out builds a study's own edition
	$(RUN) -m helpers book $(if $(DATA),--data "$(DATA)") --site "$(if $(SITE),$(SITE),$(if $(DATA),my_site,_site))"

pdf: book ## print the book as one PDF, _site/book.pdf (needs Chromium)
	$(RUN) -m helpers pdf --site "$(if $(SITE),$(SITE),$(if $(DATA),my_site,_site))"

test: install lint ## everything that CI checks: lint, imports, unit tests, site, notebooks
	$(RUN) -m pytest tests -n $(JOBS) --dist loadfile
	@$(MAKE) --no-print-directory nbval

check: install ## check a study folder and report every fault at once; DATA=folder
	$(if $(DATA),,$(error say which folder: make check DATA=my_study))
	@$(RUN) -m helpers check "$(DATA)" || [ $$? -eq 3 ] # 3: warnings only

init: install ## write a first study.toml for the tables in a folder, with guesses; DATA=folder
	$(RUN) -m helpers init "$(DATA)"

example: install ## write a small invented study folder to start from; DATA=folder
	$(RUN) -m helpers example "$(DATA)"

audit: install ## what the printed numbers of a report settle and leave open, as a page; REPORT=folder SITE=out
	$(if $(REPORT),,$(error say which folder: make audit REPORT=my_report SITE=out))
	@$(RUN) -m helpers audit "$(REPORT)" --site "$(if $(SITE),$(SITE),my_audit)"

nbval: install ## re-execute every committed notebook and compare its outputs, strictly
	$(RUN) -m pytest --nbval --nbval-current-env -W default -p no:cacheprovider -n $(JOBS) --dist loadfile book || \
	  { echo "A committed output differs from what its cell gives now. If a helper or the data changed on purpose, run 'make execute'; else restore book/."; exit 1; }

execute: install ## re-execute the chapters into book/, CHAPTER=02_safety only that one
	$(RUN) -m helpers execute $(CHAPTER)

data: install ## regenerate the simulated study folders, byte-identical
	$(RUN) -m helpers simulate data

quotes: install ## compare every quotation with the abstracts; ABSTRACTS=folder with the two .txt files
	$(if $(ABSTRACTS),,$(error say where the abstracts are: make quotes ABSTRACTS=folder))
	$(RUN) -m helpers quotes "$(ABSTRACTS)"

bench: install ## time both sides of each ratio of benchmarks/ and print the tables (some minutes)
	@for script in benchmarks/*.py; do $(RUN) $$script || exit 1; done

lint: install ## style, formatting and the direction of imports
	$(RUN) -m ruff check src tests benchmarks
	$(RUN) -m ruff format --check src tests benchmarks
	$(VENV)/bin/lint-imports --no-logo 2>/dev/null || $(VENV)/bin/lint-imports

install: $(STAMP) ## install the locked packages into .venv (uv when it is there, else pip)

$(STAMP): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else "expected Python 3.11 to 3.13, found %d.%d: call make PYTHON=python3.12" % v)'
	@echo "installing into $(VENV)"
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null 2>&1; then \
	  uv pip install -q --python $(RUN) --require-hashes -r requirements.txt && \
	  uv pip install -q --python $(RUN) --no-deps --no-build-isolation -e . ; \
	else \
	  $(RUN) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt && \
	  $(RUN) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $(STAMP)

lock: ## resolve requirements.in anew into requirements.txt (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header -q requirements.in -o requirements.txt

clean: ## remove what was built (not the notebooks, not the environment)
	rm -rf _site _work
