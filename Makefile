# Rehearse: the commands a contributor and CI share. `make help` lists them.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

GO        ?= go
FUZZTIME  ?= 20s
BENCHTIME ?= 300ms
SOAKTIME  ?= 30s
CHECKS    ?= 2000
LINT      := bin/golangci-lint
MODULES   := . fixtures/targets/elimity fixtures/oracles/scimfilter fixtures/oracles/odata fixtures/clients/identity fixtures/clients/graphcore fixtures/clients/hashicorp fixtures/clients/node fixtures/browser
INTEROP   := fixtures/clients/msgraph

##@ Everyday

.PHONY: help
help: ## List the targets
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## Build the one static binary, bin/rehearse
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/rehearse ./cmd/rehearse

.PHONY: test
test: ## Run all tests of all modules
	@for module in $(MODULES); do echo "== $$module"; (cd $$module && $(GO) test -timeout 20m ./...); done

.PHONY: interop
interop: ## Run the interop tests whose client takes minutes and 4 GiB to build at first
	@for module in $(INTEROP); do echo "== $$module"; (cd $$module && $(GO) vet -p 1 ./... && $(GO) test -p 1 ./...); done

.PHONY: check
check: format-check vet lint race ## What CI asks: format, vet, lint, race tests

##@ Parts of check

.PHONY: format
format: ## Format the code
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')

.PHONY: format-check
format-check: ## Fail when gofmt would change a file
	@files=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); if [ -n "$$files" ]; then echo "gofmt would change:"; echo "$$files"; exit 1; fi

.PHONY: vet
vet: ## Run go vet in all modules
	@for module in $(MODULES); do (cd $$module && $(GO) vet ./...); done

.PHONY: lint
lint: $(LINT) ## Run golangci-lint with .golangci.yml
	$(LINT) run ./...

$(LINT): internal/tools/go.mod
	$(GO) build -modfile=internal/tools/go.mod -o $@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint

.PHONY: race
race: ## Run the tests of the main module under the race detector
	$(GO) test -race -timeout 30m ./...

##@ Measuring and proving

.PHONY: bench
bench: ## Run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) ./...

.PHONY: faults
faults: ## Print the fault matrices: which fault which check catches
	$(GO) run ./internal/matrix/faults
	$(GO) run ./internal/matrix/faults -of connectors

.PHONY: docs
docs: ## Regenerate the generated pages under docs/
	@page() { "$${@:2}" > "$$1.new" && mv "$$1.new" "$$1" || { rm -f "$$1.new"; exit 1; }; }; \
	page docs/faults.md $(GO) run ./internal/matrix/faults -markdown; \
	page docs/connector-faults.md $(GO) run ./internal/matrix/faults -of connectors -markdown; \
	page docs/microsoft-tests.md $(GO) run ./cmd/rehearse list --microsoft; \
	page docs/checks.md $(GO) run ./cmd/rehearse list --markdown
	UPDATE=1 $(GO) test -count=1 -run TestTheDocumentedRequirements ./suites/endpoint
	$(GO) test -count=1 ./mockgraph -update

.PHONY: soak
soak: ## Let 64 clients loose on the tenant in all weather for SOAKTIME, then check what is left
	REHEARSE_SOAK=$(SOAKTIME) $(GO) test -race -count=1 -run '^TestSoak$$' ./mockgraph

.PHONY: search
search: ## Try properties and models with CHECKS random draws each
	RAPID_CHECKS=$(CHECKS) $(GO) test -count=1 -timeout 50m $$(git grep -l 'rapid\.Check(' -- '*_test.go' ':!fixtures' | xargs dirname | sort -u | sed 's|^|./|')

.PHONY: fuzz
fuzz: ## Fuzz every parser for FUZZTIME each
	@$(GO) list ./... | while read -r package; do \
	  for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
	    echo "== $$package $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package; \
	  done; done
