{{- /* Values that came after the first release are read with a default: "helm upgrade --reuse-values" doesn't know them. */ -}}
{{- define "gemma-operator.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "gemma-operator.selector" -}}
app.kubernetes.io/name: gemma-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "gemma-operator.labels" -}}
{{ include "gemma-operator.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
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

{{/* What the operator may do where its objects live. Each rule is a verb that the code uses. */}}
{{- define "gemma-operator.rules" -}}
- apiGroups: [gemmaoperator.io]
  resources: [gemmabaseimages]
  verbs: [get, list, watch]
- apiGroups: [gemmaoperator.io]
  resources: [gemmabuilds]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [gemmaoperator.io]
  resources: [gemmabaseimages/status, gemmabuilds/status]
  verbs: [patch]
# Owner references with blockOwnerDeletion need this where the admission plugin is on.
- apiGroups: [gemmaoperator.io]
  resources: [gemmabaseimages/finalizers, gemmabuilds/finalizers]
  verbs: [update]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, delete]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch]
- apiGroups: [""]
  resources: [services]
  verbs: [get, list, watch, create, patch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [configmaps, secrets]
  verbs: [get, list, watch, create]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
# Whether what a spec names is there, before a build or a rollout begins.
- apiGroups: [""]
  resources: [persistentvolumeclaims, serviceaccounts]
  verbs: [get]
# What a failed build says.
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
# Why a build's pod doesn't start.
- apiGroups: [""]
  resources: [events]
  verbs: [list]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end -}}
