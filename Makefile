# search27: `make app` to use it, `make test` to check it. `make` alone lists the targets.
PYTHON ?= python3
TORCH_INDEX_URL ?=

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
UNHASHED := torch triton colorama pywin32 httpx2-jsfetch \
  $(shell grep -oE '^(cuda|nvidia)-[a-z0-9-]+' constraints.txt 2>/dev/null)
SUPPORTED := Python 3.11, 3.12 or 3.13. Name one: make PYTHON=python3.12

.DEFAULT_GOAL := help
.PHONY: help app index install test test-corpus lint types check bench bench-speed train learn screenshots constraints hashes \
  audit sbom licences faults

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

app: index ## Install, build the index of corpus/, start the app on http://localhost:8501
	@echo "==> Starting the app: http://localhost:8501 (Ctrl-C stops it)"
	@$(BIN)/search27 serve

index: install ## Bring the index up to date with corpus/
	@echo "==> Indexing corpus/"
	@$(BIN)/search27 build

install: $(STAMP) ## Make .venv with the pinned versions of constraints.txt

$(STAMP): pyproject.toml constraints.txt hashes.txt
	@command -v $(PYTHON) >/dev/null || { echo "'$(PYTHON)' was not found; search27 needs $(SUPPORTED)" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "'$(PYTHON)' is $$($(PYTHON) --version 2>&1); search27 needs $(SUPPORTED)" >&2; exit 1; }
	@echo "==> Installing into $(VENV) (the first time takes some minutes; pip shows what it fetches)"
	@$(PIP) --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --no-deps $(if $(TORCH_INDEX_URL),--index-url "$(TORCH_INDEX_URL)") -c constraints.txt torch
	$(PIP) install --no-deps --require-hashes -r hashes.txt
	$(PIP) install -c constraints.txt -e '.[dev]'
	@touch $@

test: lint types ## Check style, layers and types, then run the tests
	@echo "==> Tests (without the real corpus; browser tests need Chromium)"
	@$(BIN)/python -m pytest -m "not corpus"

test-corpus: install ## Run the tests that need the real corpus in ../shared/corpus27
	@echo "==> Tests on the real corpus"
	@$(BIN)/python -m pytest -m corpus

lint: install ## Check style, formatting and the layers between modules
	@echo "==> Style and layers"
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: install ## Check types with strict mypy
	@echo "==> Types"
	@$(BIN)/mypy

check: test test-corpus ## Everything above

bench: install ## Measure quality and speed beside other systems (needs ../shared; about an hour)
	@$(PIP) install --quiet -c constraints.txt -e '.[dev,bench]'
	@$(BIN)/python -m benchmarks

bench-speed: install ## Measure speed beside plain uses of the same model, and growth to 100,000 passages
	@$(PIP) install --quiet -c constraints.txt -e '.[dev,bench]'
	@$(BIN)/python -m benchmarks.speed
	@$(BIN)/python -m benchmarks.scale
	@$(BIN)/python -m benchmarks.parity
	@$(BIN)/python -m benchmarks.report

train: install ## Train the encoder's adapter, in two rounds, on ../shared/bench27 (overwrites src/search27/learned/encoder.*)
	@$(BIN)/python benchmarks/training/train_encoder.py --out build/encoder-first.safetensors
	@$(BIN)/python benchmarks/training/train_encoder.py --start build/encoder-first.safetensors --steps 170 --learning-rate 6e-5

BENCH := ../shared/bench27/train.jsonl
FOLDS := --before build/index-before2017 build/encoder-before2017 --after build/index-after2017 build/encoder-after2017

learn: install ## Learn fusion, confidence and the choice of sentences (takes hours)
	@for split in before2017 after2017; do \
	  $(BIN)/python benchmarks/training/train_encoder.py --split $$split --steps 160 --learning-rate 1e-4 && \
	  $(BIN)/python -m benchmarks.learn_retrieval mean $(BENCH) --encoder build/encoder-$$split && \
	  $(BIN)/search27 build --corpus ../shared/corpus27 --index build/index-$$split --encoder build/encoder-$$split || exit 1; \
	done
	@$(BIN)/python -m benchmarks.learn_retrieval mean $(BENCH)
	@$(BIN)/python -m benchmarks.learn_retrieval fusion $(BENCH) $(FOLDS)
	@$(BIN)/python -m benchmarks.learn_answers $(BENCH) $(FOLDS)
	@$(BIN)/search27 build --corpus ../shared/corpus27 --index build/index-bundled
	@$(BIN)/python -m benchmarks.learn_matching build/index-bundled
	@$(BIN)/search27 build --corpus ../shared/corpus27 --index build/index-untrained --encoder bundled-base
	@$(BIN)/python -m benchmarks.learn_answers $(BENCH) --untrained build/index-untrained
	@$(BIN)/python -m benchmarks.learn_length build/index-untrained
	@for split in before2017 after2017; do \
	  $(BIN)/python -m benchmarks.learn_retrieval forget $(BENCH) --encoder build/encoder-$$split || exit 1; \
	done

screenshots: index ## Take the pictures of docs/images with Chromium
	@$(BIN)/python -m benchmarks.screenshots

constraints: install ## Resolve every dependency afresh into constraints.txt (on Linux, Python 3.11)
	@$(PIP) install --dry-run --ignore-installed --quiet --report $(VENV)/resolved.json '.[dev,bench]' "$$(grep ^torch== constraints.txt)"
	@{ grep '^#' constraints.txt; \
	   $(BIN)/python -c 'import json, sys; [print("{name}=={version}".format(**p["metadata"]).split("+")[0]) for p in json.load(sys.stdin)["install"] if p["metadata"]["name"] != "search27"]' \
	   < $(VENV)/resolved.json | LC_ALL=C sort -f; } > $(VENV)/constraints.txt
	@mv $(VENV)/constraints.txt constraints.txt
	@$(MAKE) --no-print-directory hashes
	@git --no-pager diff --stat constraints.txt hashes.txt

hashes: ## Write hashes.txt: the pins but PyTorch and its CUDA libraries, with the SHA-256 of each of their files
	@$(PIP) install --quiet --target $(VENV)/uv uv
	@$(VENV)/uv/bin/uv pip compile --quiet pyproject.toml --extra dev -c constraints.txt --universal --python-version 3.11 \
	  --generate-hashes --no-annotate --no-header $(foreach name,$(UNHASHED),--no-emit-package $(name)) -o $(VENV)/hashes.txt
	@{ grep '^#' hashes.txt; cat $(VENV)/hashes.txt; } > $(VENV)/hashes.new && mv $(VENV)/hashes.new hashes.txt

audit: install ## Look the pinned packages up for known weaknesses (needs the advisory service; says where it cannot)
	@$(BIN)/python .ci/audit.py

sbom: install ## Write dist/sbom.cdx.json, the packages of .venv in CycloneDX
	@mkdir -p dist
	@$(BIN)/cyclonedx-py environment $(VENV) --pyproject pyproject.toml --output-reproducible --output-format JSON \
	  --output-file dist/sbom.cdx.json

licences: install ## Write docs/licences.md from the packages of .venv
	@$(BIN)/python .ci/licences.py

faults: install ## Inject faults in their long form (long; on an idle machine) and put the results into docs/operations.md
	@FAULTS=long $(BIN)/python -m pytest tests/faults -p no:cacheprovider
	@$(BIN)/python -m tests.faults.table
