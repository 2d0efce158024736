# mdl's build. `make demo` and `make test` are the two commands of README.md.

STATICCHECK := v0.8.2
FUZZTIME    ?= 3s
BENCH       ?= .
export CGO_ENABLED := 1

.DEFAULT_GOAL := help
.PHONY: help tools build demo test check fuzz unit oracle bench peers clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

tools: ## check that Go, a C compiler and make are there
	@scripts/check-tools

build: tools ## build bin/mdl
	@echo "building bin/mdl (the first time takes some minutes: DuckDB is linked in)"
	@go build -trimpath -ldflags "-s -w" -o bin/mdl ./cmd/mdl

demo: build ## build bin/mdl and run it on sample_project
	bin/mdl build --project-dir sample_project --profiles-dir sample_project

test: tools check fuzz unit readers ## run every check and every test

check: ## gofmt, go vet, staticcheck
	@echo "== gofmt"
	@scripts/check-format
	@echo "== go vet"
	@go vet ./...
	@echo "== staticcheck"
	@scripts/staticcheck $(STATICCHECK) ./...

fuzz: ## run each fuzz target for FUZZTIME (3s)
	@echo "== fuzz targets, $(FUZZTIME) each"
	@scripts/fuzz $(FUZZTIME)

unit: ## go test with the race detector
	@echo "== go test -race"
	@go test -race -timeout 10m ./...

readers: build ## let other tools read the artifacts of sample_project (needs Python and a network)
	@echo "== readers of artifacts"
	@scripts/readers

oracle: build ## compare sample_project with dbt-core and dbt-duckdb (needs Python and a network)
	@scripts/oracle

bench: build ## measure the start of bin/mdl, then the benchmarks that match BENCH (all)
	@scripts/bench
	@go test -run '^$$' -bench '$(BENCH)' -benchmem ./...

peers: build ## compare with dbt 2 and dbt-core; ARGS as bench/README.md says
	@bench/peers.py --mdl bin/mdl $(ARGS)

clean: ## remove what make made; the Go caches stay
	rm -rf bin .cache sample_project/target sample_project/logs sample_project/warehouse.duckdb sample_project/warehouse.duckdb.wal
