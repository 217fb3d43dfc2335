# `make help` lists the targets. Everything but the .NET SDK is optional: what needs it is skipped with a reason.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

CONFIGURATION ?= Debug
export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

.PHONY: quickstart
quickstart: ## See the whole flow on this machine, without a cluster
	dotnet run --project samples/quickstart

.PHONY: build
build: ## Build everything
	dotnet build GemmaOperator.sln --configuration $(CONFIGURATION) --nologo -v quiet

.PHONY: test
test: ## Set up what the tests like to have, run them all and check the formatting
	@tests/run.sh

.PHONY: fmt
fmt: ## Format the code
	dotnet tool restore
	dotnet csharpier format .

.PHONY: verify
verify: ## Check formatting, build with analyzers, and check the layers; no other tests
	dotnet tool restore
	dotnet csharpier check .
	dotnet build GemmaOperator.sln --nologo -v quiet -p:Analyze=true
	dotnet test tests/Architecture.Tests --no-build --nologo

.PHONY: images
images: ## Build and push both images: REGISTRY=host/path [TAG=…] [BASE_IMAGE=…] [INSECURE=1]
	@deploy/images.sh

.PHONY: pictures
pictures: ## Make the pictures of docs/ anew, from what kubectl gemma prints over a simulated cluster
	UPDATE_PICTURES=1 dotnet test tests/Cli.Tests --nologo --filter FullyQualifiedName~PicturesTests

.PHONY: cli
cli: ## Publish kubectl-gemma, one file per platform, with a krew manifest: [RIDS="linux-x64 …"]
	@deploy/cli.sh

.PHONY: install-check
install-check: ## Tell what the present cluster lacks: [CHECK="--registry … --secret …"]
	@dotnet run --project operator --verbosity quiet -- check --as-service-account gemma-system/gemma-operator $(CHECK)

.PHONY: manifests
manifests: ## Write deploy/ and the chart's definitions anew, from crds/ and the chart
	deploy/render.sh

.PHONY: chart
chart: ## Package the chart: [OUT=folder] [KEY=name KEYRING=file] signs it, for `helm verify`
	@deploy/chart.sh

.PHONY: fuzz
fuzz: ## Try the parsers of outside text for ten minutes or so, with another seed each time: [ITERATIONS=N] [KEEP=FOLDER]
	GEMMA_FUZZ_SEED=random GEMMA_FUZZ_ITERATIONS=$(or $(ITERATIONS),40000) GEMMA_FUZZ_KEEP=$(KEEP) \
		dotnet test GemmaOperator.sln --nologo --filter FullyQualifiedName~FuzzTests

.PHONY: trials
trials: ## Try 10,000 generated specs, 100 living objects and 35 simulated months: [SEED=N] [SPECS=N] [LIVING=N] [MONTHS=N]
	GEMMA_TRIAL_SEED=$(or $(SEED),$(shell shuf -i 1-1000000 -n 1)) GEMMA_TRIAL_SPECS=$(or $(SPECS),10000) \
		GEMMA_TRIAL_LIVING=$(or $(LIVING),100) GEMMA_TRIAL_MONTHS=$(or $(MONTHS),35) \
		dotnet test tests/Operator.Tests --nologo --filter FullyQualifiedName~Trials --logger "console;verbosity=detailed"

.PHONY: year
year: ## Live through a simulated year of four objects, with packages as they moved, and write its account: [SEED=N] [WEEKS=N]
	GEMMA_TRIAL_SEED=$(or $(SEED),7) GEMMA_TRIAL_WEEKS=$(or $(WEEKS),52) \
		dotnet test tests/Operator.Tests --nologo --filter FullyQualifiedName~YearTests --logger "console;verbosity=detailed"

.PHONY: bench-llama
bench-llama: ## Build the comparison with llama.cpp, which is in no solution (its libraries are 41 MB)
	dotnet build -c Release benchmarks/llama

.PHONY: bench
bench: ## List the benchmarks
	dotnet run -c Release --project benchmarks
