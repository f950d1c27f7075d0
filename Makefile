# riskband: every task that matters has a target here. POSIX make and sh.
# Override on the command line, for example: make demo OUT=/tmp/out SECURE=/tmp/secure

GO        ?= go
LINTER    ?= $(GO) tool -modfile=tools/go.mod golangci-lint
PACKAGES  ?= ./...
TESTFLAGS ?=
OUT       ?= out
SECURE    ?= secure
FUZZTIME  ?= 60s
N         ?= 2000
BENCH     ?= .
BENCH_OUT ?= bench/new.txt
COUNT     ?= 10
PEERS     ?=
SIZES     ?=
VERSION   ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.DEFAULT_GOAL := help
.PHONY: help demo test race lint fmt fmt-check vet check golden sample models \
	fuzz prop bench bench-compare bench-peers bench-size docs docs-check build binary

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: binary ## build, run the main job on sample-data, print bands, coverage and where the results are
	./bin/riskband run sample-data/job.yaml --out "$(OUT)" --secure "$(SECURE)"

test: ## run every test: Go only, no network but the module proxy (PACKAGES, TESTFLAGS)
	$(GO) test $(PACKAGES) $(TESTFLAGS)

race: ## run the concurrent packages under the race detector
	$(GO) test -race ./pipeline/run/... ./pipeline/extract/... $(TESTFLAGS)

lint: ## run all linters of .golangci.yml (the first run builds them: about two minutes)
	$(LINTER) run

fmt: ## format the code
	$(LINTER) fmt

fmt-check: ## fail if the code is not formatted
	$(LINTER) fmt --diff

vet: ## run go vet
	$(GO) vet ./...

check: fmt-check lint test docs-check sample models ## everything a change must pass

# The unstamped binary: its output does not depend on the commit, so results can
# be compared byte for byte.
binary:
	$(GO) build -trimpath -o bin/riskband ./cmd/riskband

build: ## build bin/riskband, stamped with its version
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/riskband ./cmd/riskband

sample: binary ## run sample-data/job.yaml and compare with sample-data/expected, byte for byte
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && \
	./bin/riskband run sample-data/job.yaml --out "$$tmp/out" --secure "$$tmp/secure" && \
	diff -r sample-data/expected "$$tmp/out/current/" && \
	echo "sample: the same, byte for byte"

golden: binary docs ## rewrite sample-data/expected and the generated docs; a person reads the diff
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && \
	./bin/riskband run sample-data/job.yaml --out "$$tmp/out" --secure "$$tmp/secure" && \
	rm -rf sample-data/expected && mkdir -p sample-data/expected && \
	cp -R "$$tmp/out/current/." sample-data/expected/
	git diff --stat -- sample-data/expected docs

models: binary ## verify every model and code list, and that released ones are unchanged
	./bin/riskband models verify

docs: binary ## regenerate docs/dictionary.md from the contract
	./bin/riskband schema --format markdown > bin/dictionary.md
	mv bin/dictionary.md docs/dictionary.md

docs-check: binary ## fail if a generated document differs from what is committed
	./bin/riskband schema --format markdown > bin/dictionary.md
	diff docs/dictionary.md bin/dictionary.md

# Targets are found by their names, so a new one needs no entry here.
fuzz: ## run each fuzz target in turn for FUZZTIME; commit new corpus entries
	@grep -r --include='*_test.go' '^func Fuzz' . | \
	sed 's|^\(.*\)/[^/]*_test.go:func \(Fuzz[A-Za-z0-9_]*\).*|\1 \2|' | \
	while read -r dir target; do \
		echo "fuzz $$dir $$target"; \
		$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$dir" </dev/null || exit 1; \
	done

prop: ## run the property tests with N random cases each
	@dirs=$$(grep -rl --include='*_test.go' 'pgregory.net/rapid' . | xargs -n 1 dirname | sort -u) && \
	$(GO) test $$dirs -count=1 -rapid.checks=$(N)

bench: ## time the pieces COUNT times each (BENCH is a pattern), to BENCH_OUT, with machine and commit on top
	@mkdir -p "$$(dirname "$(BENCH_OUT)")"
	@{ echo "commit: $(VERSION)"; \
	echo "machine: $$(uname -srm), $$(getconf _NPROCESSORS_ONLN) cores, load $$(uptime | sed 's/.*average: //')"; \
	$(GO) version; } > "$(BENCH_OUT)"
	$(GO) test $(PACKAGES) -run '^$$' -bench '$(BENCH)' -count=$(COUNT) -benchmem >> "$(BENCH_OUT)"
	cd bench && $(GO) test ./... -run '^$$' -bench '$(BENCH)' -count=$(COUNT) -benchmem >> "$(abspath $(BENCH_OUT))"
	@echo "written to $(BENCH_OUT)"

bench-compare: ## compare bench/baseline.txt with BENCH_OUT; both must be of one machine
	$(GO) tool -modfile=tools/go.mod benchstat bench/baseline.txt "$(BENCH_OUT)"

bench-peers: ## time riskband beside DuckDB and Polars on 30 M events, results checked equal (PEERS: flags)
	GO="$(GO)" bench/peers.sh $(PEERS)

bench-size: ## peak memory and cost at 1 M, 10 M and 30 M events within 1 GiB (SIZES: other millions)
	GO="$(GO)" bench/size.sh $(SIZES)
