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

{{/* The rights of files/rights.yaml under one of its keys. */}}
{{- define "gemma-operator.rights" -}}
{{- $rights := index (.root.Files.Get "files/rights.yaml" | fromYaml) .key -}}
{{- toYaml $rights -}}
{{- end -}}
