# Everything that people and CI call. Recipes exec, so that a signal reaches the process that means it.
.DEFAULT_GOAL := help
.PHONY: help run migrate test soak check bench shots lock clean venv venv-dev
MAKEFLAGS += --no-print-directory
py := .venv/bin/python

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1	\2/p' Makefile | expand -t 18

venv:
	@bin/bootstrap requirements.txt

venv-dev:
	@bin/bootstrap requirements-dev.txt

run: venv ## abxsite with its own PostgreSQL and Valkey (PORT=8000, DEMO=0 without demo, ABX_DATA=folder)
	@exec $(py) -m abxsite.embedded.run

migrate: venv ## bring the database to the newest schema
	@exec $(py) manage.py migrate

test: venv-dev ## the whole suite, against servers of its own
	@exec $(py) -m pytest -n 2 --dist loadfile -q $(ARGS)

soak: venv-dev ## kills, races and long properties
	@exec $(py) -m pytest -n 2 --dist loadfile -m soak -q $(ARGS)

check: venv-dev ## style, types, layers, templates, migrations, deployment
	@exec $(py) bin/check.py $(ARGS)

bench: venv-dev ## measurements against their floors (SIZE=100000 accounts)
	@exec $(py) -m pytest -m bench -q -s $(ARGS)

shots: venv-dev ## screenshots of every page, into var/shots
	@exec $(py) bin/shots.py $(ARGS)

lock: venv-dev ## write requirements*.txt anew from requirements*.in
	@for name in requirements requirements-dev; do \
	  .venv/bin/uv pip compile --quiet --generate-hashes --universal --python-version 3.12 \
	    --no-emit-index-url --no-header --output-file $$name.txt $$name.in || exit 1; done

clean: ## remove .venv and caches; var/ with its data stays
	@rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
