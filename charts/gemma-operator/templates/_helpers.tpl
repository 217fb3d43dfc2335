{{- /* Values that came after the first release are read with a default: "helm upgrade --reuse-values" doesn't know them. */ -}}
{{- define "gemma-operator.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* 52 characters leave room for what names of objects add. */ -}}
{{- define "gemma-operator.fullname" -}}
{{- $name := include "gemma-operator.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "gemma-operator.selector" -}}
app.kubernetes.io/name: {{ include "gemma-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- /* The labels of every object; those of the selector and of Helm win over commonLabels. */ -}}
{{- define "gemma-operator.labels" -}}
{{- $own := printf "%s\napp.kubernetes.io/version: %q\napp.kubernetes.io/managed-by: %s\nhelm.sh/chart: %s-%s" (include "gemma-operator.selector" .) .Chart.AppVersion .Release.Service .Chart.Name .Chart.Version | fromYaml -}}
{{- toYaml (merge $own (.Values.commonLabels | default dict)) -}}
{{- end -}}

{{- /* The labels of the pods; the selector's win, whatever podLabels says. */ -}}
{{- define "gemma-operator.podLabels" -}}
{{- toYaml (merge (include "gemma-operator.labels" . | fromYaml) (.Values.podLabels | default dict)) -}}
{{- end -}}

{{- /* metadata: of an object, indented by two: a dict of root, name (what follows the full name), namespace (null: none), labels. */ -}}
{{- define "gemma-operator.metadata" -}}
name: {{ include "gemma-operator.fullname" .root }}{{ .name }}
{{- with .namespace }}
namespace: {{ . }}
{{- end }}
labels:
  {{- toYaml (merge (include "gemma-operator.labels" .root | fromYaml) (.labels | default dict)) | nindent 2 }}
{{- end -}}

{{- define "gemma-operator.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (include "gemma-operator.fullname" .) -}}
{{- end -}}

{{- define "gemma-operator.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{/* The rights of files/rights.yaml under one of its keys. */}}
{{- define "gemma-operator.rights" -}}
{{- $rights := index (.root.Files.Get "files/rights.yaml" | fromYaml) .key -}}
{{- toYaml $rights -}}
{{- end -}}

{{- /* The namespaces that are watched, as a JSON list in their order; empty: all. */ -}}
{{- define "gemma-operator.namespaces" -}}
{{- $one := .Values.watchNamespace | default "" -}}
{{- $several := dig "watchNamespaces" list .Values.AsMap | default list -}}
{{- if and $one $several -}}
{{- fail "watchNamespace and watchNamespaces: set one of them" -}}
{{- end -}}
{{- ternary (list $one) ($several | uniq | sortAlpha) (ne $one "") | toJson -}}
{{- end -}}

{{- /* The ServiceAccount that is impersonated in each namespace; empty: none. */ -}}
{{- define "gemma-operator.tenant" -}}
{{- dig "tenancy" "impersonate" "" .Values.AsMap -}}
{{- end -}}

{{- /* What one of the lists of tenancy.allow is, as JSON: as given, or with tenancy.strict a strict one, or null. */ -}}
{{- define "gemma-operator.allowed" -}}
{{- $allow := dig "tenancy" "allow" dict .root.Values.AsMap | default dict -}}
{{- $strict := dict "executorImages" list "scannerImages" list "serverImages" list "serviceAccounts" list "runtimeClasses" (list "nvidia") "priorityClasses" list "nodeSelectors" (list "kubernetes.io/arch" "kubernetes.io/os" "node.kubernetes.io/instance-type" "topology.kubernetes.io/zone" "nvidia.com/gpu.product" "nvidia.com/gpu.present" "cloud.google.com/gke-accelerator") "tolerations" (list "nvidia.com/gpu") "podLabels" list "podAnnotations" list "csiDrivers" list -}}
{{- if kindIs "slice" (get $allow .list) -}}
{{- get $allow .list | toJson -}}
{{- else if dig "tenancy" "strict" false .root.Values.AsMap -}}
{{- get $strict .list | toJson -}}
{{- else -}}
null
{{- end -}}
{{- end -}}

{{- /* Who may use which repositories, as a JSON list of lines; among teams that don't trust each other nobody, unless said. */ -}}
{{- define "gemma-operator.repositoryPolicy" -}}
{{- $lines := .Values.repositoryPolicy | default list -}}
{{- ternary (list "deny-all") $lines (and (empty $lines) (dig "tenancy" "strict" false .Values.AsMap)) | toJson -}}
{{- end -}}
