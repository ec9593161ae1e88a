# The front door. Each target is a few calls of cargo, npm or a script that can be called alone.
SHELL := /bin/bash
.DEFAULT_GOAL := help

DATA ?= data
SEEDS ?= 100
FROM ?= 1
KILLS ?= 200
FUZZ ?= 500
PAGE_SOURCES := $(shell find web proto -type f -not -path 'web/src/gen/*' -not -path '*/node_modules/*' -not -path 'web/dist/*' -not -path 'web/test-results/*' 2>/dev/null)

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

run: build ## build, then run the daemon on ./data (DATA=… for another folder, ARGS=… for more flags)
	target/release/tradingd run --data-dir $(DATA) $(ARGS)

build: ## target/release/tradingd and botctl, with the dashboard if Node is there
	@deploy/prerequisites.sh build
	@if deploy/prerequisites.sh page; then $(MAKE) --no-print-directory web; \
	else echo "Building without the dashboard; install Node as above and run make again to get it."; fi
	cargo build --release --workspace --locked

web: web/dist/index.html ## the dashboard, into web/dist, from where the daemon embeds it

web/dist/index.html: web/node_modules/.package-lock.json $(PAGE_SOURCES)
	cd web && npm run build

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-fund --no-audit

test: ## everything that must hold before a change goes in; installs what it needs when root
	@tests/all.sh

sim: ## simulated worlds with faults: SEEDS=100 of them, FROM=1 on
	cargo build --release --workspace --locked
	target/release/sim --seeds $(SEEDS) --from $(FROM)

soak: ## the tests of attacks and kills at length: KILLS=200 in a refresh, FUZZ=500 requests each
	cargo build --release --workspace --locked
	SEC_KILLS=$(KILLS) cargo test --release -p tradingd-tests --locked --test daemon -- --nocapture access::sec_11
	SEC_FUZZ=$(FUZZ) cargo test --release -p tradingd-tests --locked --test daemon -- --nocapture fuzz::

bench: ## engine against a bare loop, calls and the stream against bare tonic servers
	cargo build --release --workspace --locked
	@# The bare servers get the optimisation of the daemon that is compared with them.
	cargo build --release -p tradingd-tests --bins --locked --config profile.release.package.tradingd-tests.opt-level=3
	target/release/bench $(ARGS)
	target/release/bench_rpc
	target/release/bench_stream

lint: web/node_modules/.package-lock.json ## formatting and lints alone
	cargo fmt --all --check
	cargo clippy --release --workspace --all-targets --locked -- -D warnings
	cd proto && ../web/node_modules/.bin/buf lint
	cd web && npm run generate && npm run typecheck && npm run lint

clean: ## remove what was built; never a data folder
	cargo clean
	rm -rf web/dist web/node_modules web/src/gen web/test-results .venv

.PHONY: help run build web test sim soak bench lint clean
