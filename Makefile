# One command a task, the same here and in CI. `make help` lists them.
#
# What is given (make book DATA=...) is data: taken as it stands, whatever it holds, and read by the
# recipes from the environment ("$$DATA"); make would run a $(shell ...) in it, a shell its `...`.
override PYTHON := $(or $(value PYTHON),python3)
override VENV := $(or $(value VENV),.venv)
override JOBS := $(or $(value JOBS),2)
override DATA := $(value DATA)
override REPORT := $(value REPORT)
override N := $(or $(value N),10000)
override SEED := $(or $(value SEED),0)
override BOOK := $(or $(value BOOK),0)
override ANALYSES := $(value ANALYSES)
override SITE := $(or $(value SITE),$(if $(value DATA),my_site,$(if $(value REPORT),my_audit,_site)))
override BUILDER := $(or $(value BUILDER),jupyter-book)
override CHAPTER := $(value CHAPTER)
override ALL := $(value ALL)
override QUIET := $(value QUIET)
override ABSTRACTS := $(value ABSTRACTS)
export PYTHON VENV JOBS DATA REPORT N SEED BOOK ANALYSES SITE BUILDER CHAPTER ALL QUIET ABSTRACTS
override RUN := "$$VENV/bin/python"
# in the place of the recipe's shell, so that signals reach it, and ending with make
override HELPERS := HELPERS_MAKE=$$PPID exec $(RUN) -m helpers
export PYTHONHASHSEED = 0
export OMP_NUM_THREADS = 1
export OPENBLAS_NUM_THREADS = 1
unexport HELPERS_EDITION
# compiled code is kept: many images say that it is not, which costs seconds a process
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help book pdf test check init example lab audit execute data translate lint nbval quotes bench lock clean install processors fuzz

help: ## list the commands
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 12

book: install ## build the site into _site; DATA=folder SITE=out builds a study's own edition; BUILDER=sphinx, ALL=1 what is unchanged too
	@$(HELPERS) book $${ALL:+--all} $${QUIET:+--quiet} $${DATA:+--data="$$DATA"} --site="$$SITE" --builder="$$BUILDER"

pdf: book ## print the book as one PDF, _site/book.pdf (needs Chromium)
	@$(HELPERS) pdf --site="$$SITE"

test: install lint ## everything that CI checks: lint, imports, unit tests, site, notebooks
	$(RUN) -m pytest tests -n "$$JOBS" --dist loadfile --durations=30 --durations-min=5
	@$(MAKE) --no-print-directory nbval

check: install ## check a study folder and report every fault at once; DATA=folder
	$(if $(DATA),,$(error say which folder: make check DATA=my_study))
	@$(RUN) -m helpers check -- "$$DATA" || [ $$? -eq 3 ] # 3: warnings only

init: install ## write a first study.toml for the tables in a folder, with guesses; DATA=folder
	@$(HELPERS) init -- "$$DATA"

example: install ## write a small invented study folder to start from; DATA=folder
	@$(HELPERS) example -- "$$DATA"

lab: install ## open the analyses in JupyterLab, running on a study folder; DATA=folder
	$(if $(DATA),,$(error say which folder: make lab DATA=my_study))
	@$(HELPERS) lab -- "$$DATA"

audit: install ## what the printed numbers of a report settle and leave open, as a page; REPORT=folder SITE=out
	$(if $(REPORT),,$(error say which folder: make audit REPORT=my_report SITE=out))
	@$(HELPERS) audit --site="$$SITE" -- "$$REPORT"

nbval: install ## re-execute the committed notebooks and compare: texts exactly, numbers to 1e-8; ALL=1 unchanged ones too
	@PYTHONPATH=tests $(RUN) tests/only_stale.py $${ALL:+--all} $${QUIET:+--quiet} --nbval --nbval-current-env \
	  -W default -p no:cacheprovider -p same_outputs -p forked_kernels -n "$$JOBS" --dist loadfile || \
	  { echo "A committed output differs from what its cell gives now. If a helper or the data changed on purpose, run 'make execute'; else restore book/."; exit 1; }

processors: install ## make test as other processors would, one after the other (half an hour)
	$(RUN) tests/processors.py $(MAKE) --no-print-directory test

execute: install ## execute the chapters that changed into book/; CHAPTER=02_safety that one, ALL=1 all
	@set -f; $(HELPERS) execute $${ALL:+--all} $${QUIET:+--quiet} -- $$CHAPTER

data: install ## regenerate the simulated study folders, byte-identical
	@$(HELPERS) simulate data

translate: book ## bring the catalogues of the translation up to date; CHAPTER=chapters/02_safety begins a page's
	@set -f; $(HELPERS) translate --site="$$SITE" -- $$CHAPTER

provenance: install ## move every assumption through its range and record what moves with it (slow; only what changed)
	@$(RUN) -m helpers.edition.provenance

quotes: install ## compare every quotation with its hash; ABSTRACTS=folder of .txt files makes the hashes anew
	@$(HELPERS) quotes $${ABSTRACTS:+-- "$$ABSTRACTS"}

bench: install ## time both sides of each ratio of benchmarks/ and print the tables (some minutes)
	@for script in benchmarks/*.py; do $(RUN) "$$script" || exit 1; done

fuzz: install ## check N study folders spoiled at random (default 10000) from SEED on; ANALYSES=1 analyses the accepted, BOOK=5 builds 5 of them
	PYTHONPATH=tests $(RUN) -m fuzz --from "$$SEED" --folders "$$N" --jobs "$$JOBS" $${ANALYSES:+--analyses} --book "$$BOOK"

lint: install ## style, formatting and the direction of imports
	$(RUN) -m ruff check src tests benchmarks
	$(RUN) -m ruff format --check src tests benchmarks
	"$$VENV/bin/lint-imports" --no-logo 2>/dev/null || "$$VENV/bin/lint-imports"

# one locked package has no wheel: BUILD_CONSTRAINT takes what builds it from the lock too (pip from 25.3)
install: ## install the locked packages into .venv (uv when it is there, else pip)
	@done="$$VENV/.installed"; \
	if [ -e "$$done" ] && [ ! requirements.txt -nt "$$done" ] && [ ! requirements.in -nt "$$done" ] && [ ! pyproject.toml -nt "$$done" ]; then exit 0; fi; \
	set -e; \
	"$$PYTHON" -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 14) else "expected Python 3.11 to 3.14, found %d.%d: call make PYTHON=python3.12" % v)'; \
	printf 'installing into %s\n' "$$VENV"; \
	[ -x $(RUN) ] || "$$PYTHON" -m venv -- "$$VENV"; \
	if command -v uv >/dev/null 2>&1; then \
	  UV_BUILD_CONSTRAINT=requirements.txt uv pip install -q --python=$(RUN) --require-hashes -r requirements.txt; \
	  uv pip install -q --python=$(RUN) --no-deps --no-build-isolation -e .; \
	else \
	  PIP_BUILD_CONSTRAINT=requirements.txt $(RUN) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt; \
	  $(RUN) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .; \
	fi; \
	touch -- "$$done"

lock: ## resolve requirements.in and the extras and groups of pyproject.toml into requirements.txt (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header -q pyproject.toml --all-extras --group build --group test -o requirements.txt

clean: ## remove what was built (not the notebooks, not the environment)
	@[ ! -x $(RUN) ] || $(HELPERS) clean --site="$$SITE"
