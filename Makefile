# Everything happens inside the clone (.venv, build); only `make deps` touches the system.

# The system's interpreter first: a distribution's is built with profile-guided optimization and takes
# far less CPU than one that was compiled by default settings (docs/decisions/0019-cost.md).
PYTHON ?= $(shell for p in /usr/bin/python3 python3; do \
  $$p -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null && break; done; echo $$p)
VENV   := .venv
BIN    := $(VENV)/bin
WHEEL  := .venv-wheel
FUZZ   := .venv-fuzz
FUZZ_S := 60
SOURCES := codecs mkef hlr_stub mtc tests pcaps bench

.PHONY: help demo proof bench test check format codecs test-wheel test-sctp pcaps bench-codecs bench-diameter bench-sigtran bench-hlr fuzz deps lock clean
.DELETE_ON_ERROR:

help:             ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 18

demo: $(VENV)/ready  ## a device's first message becomes a key: build/demo/flow.pcapng
	@$(BIN)/mkef demo

test: $(VENV)/ready  ## the whole suite
	$(BIN)/python -m pytest

check: $(VENV)/ready  ## format, lint, types, import contracts, stale generated files
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/mypy pcaps/first_light.py
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m mkef_codecs.generate --check

format: $(VENV)/ready  ## rewrite the sources in the project's format
	$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	$(BIN)/ruff format --quiet $(SOURCES)

codecs: $(VENV)/ready  ## write codecs/mkef_codecs/generated from codecs/asn1 and codecs/avp
	$(BIN)/python -m mkef_codecs.generate

# The wheel's environment holds everything of the lock file and the built wheel, not the checkout.
test-wheel: $(VENV)/ready  ## build the wheel, install it into a second environment, run the same tests
	rm -rf build/wheel build/lib build/bdist.* $(WHEEL)
	$(BIN)/python -m build --wheel --no-isolation --outdir build/wheel . > /dev/null
	$(PYTHON) -m venv $(WHEEL)
	$(WHEEL)/bin/pip install --quiet --require-hashes -r requirements.lock
	$(WHEEL)/bin/pip install --quiet --no-deps build/wheel/mkef-*.whl
	PYTHONSAFEPATH=1 MKEF_TEST_INSTALLED=1 $(WHEEL)/bin/python -m pytest

# User-mode Linux: the tests that need a kernel with SCTP, and all others of signalling with it.
test-sctp: $(VENV)/ready  ## signalling over kernel SCTP and through osmo-stp, in a guest
	$(BIN)/python tests/guest/boot.py $(BIN)/python -m pytest -p no:cacheprovider \
	  tests/net/sigtran tests/net/diameter/test_diameter_sctp.py tests/interop/osmo_stp
	$(BIN)/python -m pytest tests/guest

pcaps: $(VENV)/ready  ## make the golden captures again, byte for byte
	$(BIN)/python pcaps/first_light.py pcaps/golden/first-light.pcapng

proof: $(VENV)/ready  ## kill -9 the MKEF 50 times under load and compare its ledger with what clients got
	MKEF_KILLS=50 $(BIN)/python -m pytest -q tests/e2e/test_kill.py

bench: $(VENV)/ready  ## a whole key request beside freeDiameter's relay: build/bench.json (root)
	PYTHONPATH=tests/rigs $(BIN)/python bench/whole_request.py

bench-codecs: $(VENV)/ready  ## our codecs beside python-diameter's and pycrate's: build/bench-codecs.json
	$(BIN)/python bench/codecs.py

bench-sigtran: $(VENV)/ready  ## MAP dialogues beside pycrate's, and an STP's restart under load (root)
	PYTHONPATH=tests/rigs $(BIN)/python bench/sigtran.py

bench-diameter: $(VENV)/ready  ## our Diameter server beside freeDiameter's and python-diameter's (root)
	PYTHONPATH=tests/rigs $(BIN)/python bench/diameter_node.py

bench-hlr: $(VENV)/ready  ## answers of the HLR stub, with a thousand and a million subscribers
	PYTHONPATH=tests/rigs $(BIN)/python bench/hlr.py

.PHONY: bench-registry
bench-registry: $(VENV)/ready  ## entitlements looked up among ten million IMSIs and a thousand: half a minute, 200 MiB
	PYTHONPATH=tests/rigs $(BIN)/python bench/registry.py

.PHONY: soak-diameter-corpus soak-diameter soak
soak-diameter-corpus: $(VENV)/ready  ## 100,000 malformed Diameter messages to a live MKEF
	PYTHONPATH=tests/rigs $(BIN)/python bench/diameter_corpus.py

soak-diameter: $(VENV)/ready  ## half an hour (SOAK_S) of load on our Diameter server: memory flat (root)
	PYTHONPATH=tests/rigs $(BIN)/python bench/diameter_soak.py

soak: soak-diameter-corpus soak-diameter  ## both

fuzz: $(FUZZ)/ready  ## each decoder for FUZZ_S seconds, from the stored corpus
	@targets=$$($(FUZZ)/bin/python tests/fuzz/decoders.py 2> build/fuzz/import.log) \
	  || { cat build/fuzz/import.log; exit 1; }; \
	for target in $$targets; do \
	  echo "== $$target"; \
	  $(FUZZ)/bin/python tests/fuzz/decoders.py $$target -max_total_time=$(FUZZ_S) \
	    -artifact_prefix=build/fuzz/$$target- > build/fuzz/$$target.log 2>&1 \
	    || { tail -30 build/fuzz/$$target.log; exit 1; }; \
	  grep -E '^Done' build/fuzz/$$target.log; \
	done

deps:             ## install the Debian packages of debian-packages.txt (root)
	apt-get update -q
	DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$(cat debian-packages.txt)

lock: $(VENV)/ready  ## choose dependencies again
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --extra dev pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --extra fuzz pyproject.toml -o requirements-fuzz.lock

clean:            ## remove what make made
	rm -rf $(VENV) $(WHEEL) $(FUZZ) build dist *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/ready: requirements.lock pyproject.toml
	@test -x $(BIN)/python || { echo "making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "installing the locked dependencies into $(VENV): about a minute"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(FUZZ)/ready: requirements-fuzz.lock pyproject.toml
	@test -x $(FUZZ)/bin/python || $(PYTHON) -m venv $(FUZZ)
	@echo "installing what fuzzing needs into $(FUZZ)"
	@$(FUZZ)/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-fuzz.lock
	@$(FUZZ)/bin/pip install --quiet --disable-pip-version-check --no-deps -e .
	@mkdir -p build/fuzz && touch $@
