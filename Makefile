# The course from a fresh clone. `make` alone lists the targets. Needs Python 3.11 to 3.13, make and git.
# Works with GNU make 3.81 and any POSIX shell; every path is relative, so that the checkout's own may hold spaces.

SHELL := /bin/sh
.DEFAULT_GOAL := help
PY := .venv/bin/python
say = @printf '%s\n' 'dlcourse: $(1)'

# What Jupyter, IPython and matplotlib keep for themselves goes beside the course: HOME may be absent or read-only.
export JUPYTER_CONFIG_DIR := $(CURDIR)/_build/home/jupyter
export JUPYTER_DATA_DIR := $(CURDIR)/_build/home/jupyter/data
export JUPYTER_RUNTIME_DIR := $(CURDIR)/_build/home/jupyter/runtime
export JUPYTER_PATH := $(CURDIR)/.venv/share/jupyter
export IPYTHONDIR := $(CURDIR)/_build/home/ipython
export MPLCONFIGDIR := $(CURDIR)/_build/home/matplotlib
# The same everywhere: UTF-8 under LANG=C, one BLAS thread, nothing from outside the environment.
export PYTHONUTF8 := 1
export PYTHONNOUSERSITE := 1
export OPENBLAS_NUM_THREADS := 1
export OMP_NUM_THREADS := 1
export PIP_USER := 0
export PIP_NO_INPUT := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# SOLUTIONS=no builds the book without the pages of worked solutions.
export DLCOURSE_SOLUTIONS := $(SOLUTIONS)
# PYODIDE=<folder, archive or address> builds a site beside it, in which the notebooks run in the browser.
export DLCOURSE_PYODIDE := $(PYODIDE)
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP VIRTUAL_ENV PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV

# An environment that was moved, or whose Python has gone, is not ready any more.
ignored := $(shell test "$$(cat .venv/.place 2>&1)" = "$$(pwd -P)" && $(PY) -c '' 2>&1 || rm -f .venv/.ready-*)

.PHONY: help course test book pdf kill-report serve clean chromium postgres torch

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1	/p' Makefile

course: .venv/.ready-course ## build the book and the exercises, and grade the sample class
	@$(build_book)
	@$(PY) -m dlcourse.cli demo
	$(call say,done. The book: _build/html/index.html. The feedback: _build/class/feedback. To open both: make serve)

book: .venv/.ready-course ## build the book into _build/html, if something in it changed (SOLUTIONS=no: without worked solutions; PYODIDE=...: see CONTRIBUTING)
	@$(build_book)

pdf: chromium .venv/.ready-course ## print the book into _build/dlcourse.pdf
	@$(build_book)
	@echo 'dlcourse: printing the book (about two minutes)'; $(PY) book/paper.py
	$(call say,the book is in _build/dlcourse.pdf)

kill-report: .venv/.ready-course ## try all right and wrong answers on the checks, and print how they are judged
	@$(PY) -m dlcourse.cli kill-report

serve: .venv/.ready-course ## show the book and the feedback at a local address
	@$(PY) -m dlcourse.cli serve

test: chromium postgres .venv/.ready-dev ## run the linters, the type checker, the book build and all tests
	@failed=; \
	run() { echo "dlcourse: $$1"; shift; "$$@" || failed="$$failed $$what"; }; \
	what=format; run 'format (ruff)' $(PY) -m ruff format --check .; \
	what=lint; run 'lint (ruff)' $(PY) -m ruff check .; \
	what=types; run 'types (mypy)' $(PY) -m mypy; \
	what=spelling; run 'spelling (codespell)' $(PY) -m codespell_lib $(SPELLED); \
	if ( $(build_book) ); then :; else failed="$$failed book"; fi; \
	what=prose; run 'length and level of the chapters' $(PY) -m tests.prose; \
	what=pytest; run 'tests (pytest; about twenty minutes)' $(PY) -m pytest -n 2 --dist loadfile --cov --cov-report=term-missing:skip-covered; \
	if test -n "$$failed"; then echo "dlcourse: FAILED:$$failed (each is explained above)"; exit 1; fi; \
	echo 'dlcourse: format, lint, types, spelling, book and tests are all right'

torch: .venv/.ready-dev ## install PyTorch too (up to some gigabytes); make test then compares with it, not with its records alone
	@$(PY) -c 'import torch' 2>/dev/null || { echo 'dlcourse: installing the packages of requirements/torch.txt into .venv'; \
		$(PY) -m pip install -qq --progress-bar off --log .venv/pip.log -r requirements/torch.txt; }

clean: ## remove what was built (the environment stays; rm -rf .venv removes it too)
	rm -rf _build .mypy_cache .pytest_cache .ruff_cache .hypothesis

# --- how it is done -------------------------------------------------------------------------------------------------

SPELLED = README.md CHANGELOG.md Makefile nbgrader_config.py book/*.md book/api docs dlcourse tests solutions benchmarks

chromium:
	@for each in $${CHROMIUM:+"$$CHROMIUM"} chromium chromium-browser google-chrome; do \
		if command -v "$$each" >/dev/null; then exit 0; fi; \
	done; \
	echo 'dlcourse: this needs Chromium, and no chromium, chromium-browser or google-chrome was found.' \
		'On Debian: apt-get install chromium. Elsewhere: set CHROMIUM to its path.' >&2; exit 1

postgres:
	@for each in "$$(command -v initdb)" /usr/lib/postgresql/*/bin/initdb; do if test -x "$$each"; then exit 0; fi; done; \
	echo 'dlcourse: this needs a PostgreSQL server for a gradebook to try, and no initdb was found.' \
		'On Debian: apt-get install postgresql. Elsewhere: put the folder of initdb on PATH.' >&2; exit 1

# Without the package, whatever imports jsonschema would first compile a grammar of addresses, for some seconds.
export START_JUPYTER_BOOK := import sys; sys.modules['rfc3987_syntax'] = None; from jupyter_book.cli.main import main; main()

# The stamp is written last: a build that failed or was interrupted is done again. book/_ext/fresh.py decides how much of
# the book is built, and how much of its code runs.
define build_book
set -e; \
mkdir -p _build book/solutions; \
if test -e _build/.book-ready && test "$$(cat _build/.book-ready)" = "$$DLCOURSE_SOLUTIONS $$DLCOURSE_PYODIDE" && test -z "$$(find book dlcourse solutions \
	exercises tests/checks/answers _config.yml requirements/course.txt pyproject.toml -newer _build/.book-ready \
	! -path 'book/solutions*' ! -name __pycache__ ! -name '*.pyc' 2>/dev/null | head -n 1)"; \
then echo 'dlcourse: the book in _build/html is up to date'; \
else echo 'dlcourse: building the book (seconds after a change of words; up to four minutes from nothing)'; rm -f _build/.book-ready; \
	printf '%s' "$$DLCOURSE_SOLUTIONS $$DLCOURSE_PYODIDE" >_build/.book-started; \
	if test -n "$$DLCOURSE_PYODIDE" && ! $(PY) -c 'import jupyterlite_core, jupyterlite_pyodide_kernel' 2>/dev/null; then \
		echo 'dlcourse: installing the packages of requirements/lite.txt into .venv'; \
		$(PY) -m pip install -qq --progress-bar off --log .venv/pip.log -r requirements/lite.txt; fi; \
	$(PY) -c "$$START_JUPYTER_BOOK" build book -W -n --keep-going >_build/book.log 2>&1 \
	|| { cat _build/book.log; echo 'dlcourse: the book could not be built; the reason stands above, and in _build/book.log' >&2; exit 1; }; \
	mv _build/.book-started _build/.book-ready; \
	echo 'dlcourse: the book is in _build/html'; fi
endef

# PYTHON=/path/to/python chooses one; otherwise the newest that fits and that really starts.
define find_python
python=; fits='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; \
if test -n "$$PYTHON"; then \
	if "$$PYTHON" -c "$$fits" 2>/dev/null; then python=$$PYTHON; \
	else echo "dlcourse: PYTHON must be a Python 3.11, 3.12 or 3.13; got $$PYTHON, which is: $$("$$PYTHON" --version 2>&1)" >&2; exit 1; fi; \
else \
	for each in python3.13 python3.12 python3.11 python3 python; do \
		if "$$each" -c "$$fits" 2>/dev/null; then python=$$each; break; fi; \
	done; \
	if test -z "$$python"; then \
		echo "dlcourse: Python 3.11, 3.12 or 3.13 is needed, and python3 is: $$(python3 --version 2>&1). Name one with make PYTHON=/path/to/python" >&2; exit 1; fi; \
fi; \
if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	echo "dlcourse: $$python has no venv module, which makes the environment. On Debian: apt-get install python3-venv" >&2; exit 1; fi
endef

export PYTHON

# An environment whose set-up was interrupted may hold half a package, so it is made anew.
.venv/.ready-%: requirements/%.txt pyproject.toml
	@set -e; $(find_python); \
	if test -e .venv/.unfinished || ! $(PY) -m pip --version >/dev/null 2>&1; then \
		echo "dlcourse: making the environment .venv with $$("$$python" --version) ($$(command -v "$$python"))"; \
		rm -rf .venv; mkdir .venv; : >.venv/.unfinished; \
		"$$python" -m venv .venv || { echo 'dlcourse: the environment could not be made; the reason stands above' >&2; exit 1; }; \
	fi; \
	: >.venv/.unfinished; \
	echo 'dlcourse: installing the packages of requirements/$*.txt into .venv (one to four minutes; details in .venv/pip.log)'; \
	$(PY) -m pip install -qq --progress-bar off --log .venv/pip.log --require-hashes -r requirements/$*.txt || { \
		echo 'dlcourse: the packages could not be installed. pip says why above; it needs the network or a mirror, and a gigabyte of disk' >&2; exit 1; }; \
	$(PY) -m pip install -qq --progress-bar off --log .venv/pip.log --no-deps --no-build-isolation -e .; \
	pwd -P >.venv/.place; rm .venv/.unfinished; : >$@
