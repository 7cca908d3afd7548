# Everything a person types: make run, make test. Both set themselves up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: run test browser property mutation papers crash rebuild-crash setup format lock clean

run: setup ## 启动 · start the whole system with a township's ledger (LEDGER=台账.xlsx loads your own)
	$(BIN)/hazard up $(if $(LEDGER),--ledger "$(LEDGER)",--sample)

test: setup browser ## 检验 · format, lint, types, import laws, tests
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo > $(VENV)/imports.log || (cat $(VENV)/imports.log; exit 1)
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

browser: ## 浏览器 · Debian's chromium and Chinese fonts for the console's tests, when they are missing and root may install them
	@if [ ! -x /usr/bin/chromium ] && [ -f /etc/debian_version ] && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			chromium fonts-noto-cjk > /dev/null || echo "chromium could not be installed: the console's tests will say so"; fi

property: setup ## 性质检验 · keep the invariants through LIVES (5000) random lives, count HISTORIES (2000) of them three ways; SEED repeats a run; make test has a tenth of the lives, a fortieth of the histories
	HAZARD_LIVES=$(or $(LIVES),5000) HAZARD_SEED=$(SEED) $(BIN)/pytest -s tests/lives
	HAZARD_HISTORIES=$(or $(HISTORIES),2000) HAZARD_SEED=$(SEED) $(BIN)/pytest -s tests/projections/test_tallies_agree.py

mutation: setup ## 变异检验 · change every rule of the lifecycle in turn; print the score and what no test noticed (ONLY='services.hazard.lifecycle.closing*')
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation -e '.[mutation]'
	rm -rf mutants
	$(BIN)/python tests/lives/mutation_run.py $(ONLY)
	$(BIN)/python tests/lives/mutation_score.py

papers: setup ## 文书重现 · make the papers of VISITS (100) visits again, elsewhere and on another day; a tenth of them is in make test
	HAZARD_PAPER_VISITS=$(or $(VISITS),100) $(BIN)/pytest tests/hazard/api/test_papers_again.py

crash: setup ## 崩溃检验 · kill everybody at random for SECONDS (60), as a SEED draws, and prove that nothing is lost
	HAZARD_CRASH_SECONDS=$(or $(SECONDS),60) HAZARD_CRASH_SEED=$(SEED) $(BIN)/pytest -s tests/crash/test_crash.py

rebuild-crash: setup ## 重建检验 · kill the projector at random for SECONDS (60), as a SEED draws; then rebuild everything under 300 commands/s; make test has a short form of the first
	HAZARD_REBUILD_SECONDS=$(or $(SECONDS),60) HAZARD_REBUILD_SEED=$(SEED) $(BIN)/pytest -s tests/projections/test_killed.py tests/crash/under_load.py

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; name it: make PYTHON=python3.12 run")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $(STAMP)

format: setup ## 整理 · put the code into the house's form
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

lock: ## 锁定 · write requirements.lock anew (needs uv)
	uv pip compile --universal --generate-hashes --no-header --no-emit-index-url --no-annotate --upgrade \
		--python-version 3.11 --extra test --extra build -q pyproject.toml -o requirements.lock

clean: ## 清理 · remove the environment and the caches; the data stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis mutants
