#!/usr/bin/env bash
# Writes deploy/images: what an installation with these two images needs, a values file for Helm and an overlay for kubectl.
#   write-images.sh OPERATOR@DIGEST SERVER@DIGEST [HOST-WITHOUT-TLS]
set -euo pipefail
operator=$1 server=$2 plain=${3:-}
mkdir -p "$(dirname "$0")/images"
cd "$(dirname "$0")/images"

cat >"values.yaml" <<YAML
# Written by make images. helm upgrade --install gemma-operator charts/gemma-operator \\
#   --namespace gemma-system --create-namespace --values deploy/images/values.yaml
image:
  repository: ${operator%@*}
  digest: ${operator#*@}
serverImage: $server
insecureRegistries: [$plain]
YAML
cat >"kustomization.yaml" <<YAML
# Written by make images. kubectl apply --server-side -k deploy/images
# For an operator of one namespace: ../one-namespace.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../all-namespaces]
images:
  - name: gemma-operator
    newName: ${operator%@*}
    digest: ${operator#*@}
patches:
  - target: {kind: Deployment, name: gemma-operator}
    patch: |-
      - op: add
        path: /spec/template/spec/containers/0/args/-
        value: --server-image=$server
${plain:+      - op: add
        path: /spec/template/spec/containers/0/args/-
        value: --insecure-registry=$plain
}replacements:
  # The operator names its own image in the Jobs that reduce scanners' reports.
  - source: {kind: Deployment, name: gemma-operator, fieldPath: spec.template.spec.containers.0.image}
    targets:
      - select: {kind: Deployment, name: gemma-operator}
        fieldPaths: [spec.template.spec.containers.0.args.2]
        options: {delimiter: "=", index: 1}
YAML
