#!/usr/bin/env bash
# Publishes kubectl-gemma as one file per platform, with archives and a krew manifest; `make cli` runs it.
#
#   RIDS     platforms, of linux-x64 linux-arm64 osx-x64 osx-arm64 win-x64; all of them when empty
#   OUT      folder for the archives; deploy/cli/out when empty
#   BASE_URL where the archives of a release lie, for the krew manifest
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

die() { echo "cli: $*" >&2; exit 2; }
version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
out=${OUT:-$PWD/deploy/cli/out}
base=${BASE_URL:-https://github.com/OWNER/REPOSITORY/releases/download/v$version}
read -ra rids <<<"${RIDS:-linux-x64 linux-arm64 osx-x64 osx-arm64 win-x64}"
command -v dotnet >/dev/null || die "the .NET SDK isn't installed: https://dotnet.microsoft.com/download"
for rid in "${rids[@]}"; do
    [[ $rid =~ ^(linux-x64|linux-arm64|osx-x64|osx-arm64|win-x64)$ ]] || die "RIDS: '$rid' is no platform that is built"
done

mkdir -p "$out"
archives=()
for rid in "${rids[@]}"; do
    echo "== kubectl-gemma $version, $rid" >&2
    dotnet publish cli --configuration Release --runtime "$rid" --self-contained --output "$out/$rid" \
        --nologo --verbosity quiet >&2
    cp LICENSE "$out/$rid/"
    program=kubectl-gemma
    [[ $rid != win-* ]] || program=kubectl-gemma.exe
    archive=$out/kubectl-gemma-$rid.tar.gz
    tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$out/$rid" -czf "$archive" "$program" LICENSE
    archives+=("$archive")
done

deploy/krew.sh "$version" "$base" "${archives[@]}" >"$out/gemma.yaml"
ls -1 "${archives[@]}" "$out/gemma.yaml"
