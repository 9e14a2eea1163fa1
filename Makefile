# Each target does its own set-up: Python 3.11 and make are all that is asked.
# The commands that people use are `make run` and `make test`.
PYTHON ?= python3.11
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export VIRTUAL_ENV := $(CURDIR)/.venv
# What is compiled once is kept: some machines forbid it, and each program would compile all it loads.
unexport PYTHONDONTWRITEBYTECODE
# An office that reads its own traffic has its certificates in the system's store, not in uv's.
CERTS := $(if $(wildcard /etc/ssl/certs /etc/pki/tls/certs),--system-certs)
INSTALL := uv pip install --quiet $(CERTS)
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --exclude-newer "7 days"

HELP := src/legation/desk/help_pages/topics.json
# Pages and pictures of the documentation, without those that are made at its build.
PAGES := $(shell find docs -name '*.md' -not -path '*/generated/*' -not -path '*/_build/*') $(wildcard docs/images/*)
ISLANDS := src/legation/desk/islands
BUILT := src/legation/desk/static/built/manifest.json
# Without the scripts every page of the desk says and does the same; where nothing may be skipped they are due.
ISLANDS_OR_NOT := $(MAKE) --no-print-directory islands $(if $(filter 1,$(LEGATION_NO_SKIP)),,|| echo "warning: the scripts of the desk were not built; its pages work without them")


# The packages that frameworks are read from stay out of legation's own environment.
FRAMEWORKS ?= .venv/frameworks

.PHONY: setup islands pdf pades provenance oidc hsm misp peers run test check lock messages register-reference case-reference packs techniques docs help-pages offline pictures wheel bench publish-kills statement-flips soak fuzz queries verdicts calibrate clean

setup: .venv/.run

.venv/bin/uv: requirements/uv.txt
	$(PYTHON) -m venv .venv
	.venv/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.run: .venv/bin/uv requirements/run.txt requirements/schemas.txt pyproject.toml
	$(INSTALL) --compile-bytecode --require-hashes -r requirements/run.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	$(INSTALL) --no-deps --require-hashes -r requirements/schemas.txt
	python tools/oasis_schemas.py
	@touch $@

.venv/.docs: .venv/.run requirements/docs.txt
	$(INSTALL) --require-hashes -r requirements/docs.txt
	@touch $@

$(HELP): .venv/.docs docs/desk_help.py docs/conf.py CHANGELOG.md $(PAGES)
	python docs/desk_help.py

.venv/.dev: .venv/.docs requirements/dev.txt requirements/stand-ins.in
	$(INSTALL) --require-hashes --override requirements/stand-ins.in -r requirements/dev.txt
	@touch $@

.venv/.node: .venv/bin/uv requirements/node.txt
	$(INSTALL) --require-hashes -r requirements/node.txt
	@touch $@

$(BUILT): .venv/.node $(filter-out %/node_modules,$(wildcard $(ISLANDS)/*)) $(ISLANDS)/.npmrc
	npm --prefix $(ISLANDS) ci
	npm --prefix $(ISLANDS) run build
	@touch $@

islands: .venv/.run $(BUILT) ## The scripts of the desk, by Node from a Python package

pdf: .venv/.run ## The extra that sets papers; WeasyPrint asks for Pango on the machine
	$(INSTALL) --no-build-isolation -e '.[pdf]' -c requirements/dev.txt

pades: .venv/.run ## The extra that signs papers by a certificate
	$(INSTALL) --no-build-isolation -e '.[pades]' -c requirements/dev.txt

provenance: .venv/.run ## The extra that signs pictures with a C2PA manifest
	$(INSTALL) --no-build-isolation -e '.[provenance]' -c requirements/dev.txt

oidc: .venv/.run ## The extra by which an identity provider lets people in
	$(INSTALL) --no-build-isolation -e '.[oidc]' -c requirements/dev.txt

hsm: .venv/.run ## The extra by which keys of statements are in a PKCS#11 token
	$(INSTALL) --no-build-isolation -e '.[hsm]' -c requirements/dev.txt

misp: .venv/.run ## The extra that writes MISP events for partners
	$(INSTALL) --no-build-isolation -e '.[misp]' -c requirements/dev.txt

# Programs of others, each in an environment of its own: they are judges of the tests alone.
.peers/%/.made: requirements/peer-%.txt .venv/bin/uv
	uv venv --quiet --allow-existing --python $(PYTHON) .peers/$*
	$(INSTALL) --python .peers/$*/bin/python --require-hashes -r $<
	@touch $@

peers: .peers/medallion/.made .peers/opentaxii/.made .peers/pycti/.made ## The programs of others that the tests exchange with

run: .venv/.run ## An invented world: import, detect, open the desk
	@$(MAKE) --silent --no-print-directory help-pages || echo 'The help could not be built: the desk opens without it.'
	@+$(ISLANDS_OR_NOT)
	legation demo

test: .venv/.dev peers $(HELP) ## Every test; parts that need PostgreSQL or Chromium say so and skip when they are absent
	@+$(ISLANDS_OR_NOT)
	python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

check: .venv/.dev ## Style, types, the house's rules, locks without addresses
	ruff format --check .
	ruff check .
	mypy
	lint-imports
	@! grep -n '://' requirements/*.txt || (echo "a lock file holds an address" && false)

lock: .venv/bin/uv ## Renew the hashed requirement locks
	$(LOCK) requirements/uv.in -o requirements/uv.txt
	$(LOCK) pyproject.toml requirements/build.in -o requirements/run.txt
	$(LOCK) -c requirements/run.txt requirements/docs.in -o requirements/docs.txt
	$(LOCK) --override requirements/stand-ins.in -c requirements/run.txt -c requirements/docs.txt requirements/dev.in -o requirements/dev.txt
	$(LOCK) --no-deps -c requirements/dev.txt requirements/schemas.in -o requirements/schemas.txt
	$(LOCK) requirements/fuzz.in -o requirements/fuzz.txt
	$(LOCK) requirements/node.in -o requirements/node.txt
	$(LOCK) requirements/techniques.in -o requirements/techniques.txt
	$(LOCK) requirements/peer-medallion.in -o requirements/peer-medallion.txt
	$(LOCK) requirements/peer-opentaxii.in -o requirements/peer-opentaxii.txt
	$(LOCK) requirements/peer-pycti.in -o requirements/peer-pycti.txt
	$(INSTALL) --require-hashes -r requirements/node.txt
	npm --prefix $(ISLANDS) install --package-lock-only

queries: .venv/.dev ## Compile the Ibis expressions to the SQL text that the store runs
	python -m legation.threats.disinformation.coaction_query

messages: .venv/.dev ## Find the desk's messages, bring the catalogues up to date, compile them
	python tools/messages.py

register-reference: .venv/.dev ## Draw the tables of the reference of registers from their types
	python tools/register_reference.py

case-reference: .venv/.dev ## Draw the tables of the reference of cases from their types and rules
	python tools/case_reference.py

packs: .venv/.dev ## Anchor and sign the packs of facts that ship, after one was changed
	python tools/sign_packs.py

$(FRAMEWORKS)/.ready: requirements/techniques.txt
	$(PYTHON) -m venv $(FRAMEWORKS)
	$(FRAMEWORKS)/bin/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements/techniques.txt
	@touch $@

techniques: $(FRAMEWORKS)/.ready ## Numbers and names of DISARM and ATT&CK, sectors and tags of states, from packages of others
	$(FRAMEWORKS)/bin/python tools/frameworks.py

help-pages: $(HELP) ## The help of the desk, from the documentation

wheel: .venv/.docs $(HELP) $(BUILT) ## One file that can be carried to a machine without a network
	uv build --quiet --wheel --no-build-isolation

offline: .venv/.dev $(HELP) ## Every test in Chromium where there is no route: whatever tries to leave is counted, and fails it
	python tests/worlds/no_way_out.py python -m pytest -m "browser and not namespace"

pictures: .venv/.dev $(HELP) ## The pictures in the documents anew, from the tests that visit their pages
	LEGATION_PICTURES=1 python -m pytest tests/journeys/test_desk_browser.py tests/journeys/test_cases_browser.py tests/journeys/test_five_minutes.py -k "picture or tutorial"

docs: .venv/.dev $(HELP)
	sphinx-build -q -W -b html docs docs/_build/html

bench: .venv/.dev ## Speed, memory and quality beside peers (needs ../shared)
	python benchmarks/run.py

publish-kills: .venv/.dev ## 500 publishers of statements, each killed at any moment
	LEGATION_PUBLISH_KILLS=500 python -m pytest tests/safeguards/statements/test_publishing.py -k killed

statement-flips: .venv/.dev ## 100,000 flipped bits in statements, proofs, key directories and copies
	LEGATION_STATEMENT_FLIPS=100000 LEGATION_REGISTER_FLIPS=100000 python -m pytest tests/safeguards/statements -k "flipped"

verdicts: .venv/.dev ## 10,000 questions to registers, answered by Python and by the verifier page in Chromium
	LEGATION_VERDICT_CASES=10000 python -m pytest -s tests/journeys/test_verdicts_agree.py

calibrate: .venv/.dev ## 200 runs of each null
	python benchmarks/calibration.py --runs 200

.venv/.fuzz: .venv/.dev requirements/fuzz.txt
	$(INSTALL) --target .venv/fuzz --require-hashes -r requirements/fuzz.txt
	@touch $@

fuzz: .venv/.fuzz ## Every reader of strangers' bytes, a million inputs that follow its branches
	PYTHONPATH=.venv/fuzz python tools/fuzz.py

soak: .venv/.dev ## A 5 GB import, killed at 20 random points
	python benchmarks/soak.py --bytes 5000000000 --kills 20

clean:
	rm -rf .venv .peers .fuzz $(ISLANDS)/node_modules $(dir $(BUILT)) docs/_build .hypothesis .mypy_cache .ruff_cache .import_linter_cache
