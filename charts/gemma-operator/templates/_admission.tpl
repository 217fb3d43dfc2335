{{- /* The validations of specs, as a YAML list; each names the field, what it holds, and what is allowed. */ -}}
{{- define "gemma-operator.specChecks" -}}
{{- $values := .Values.AsMap -}}
{{- $policies := dig "admissionPolicies" dict $values | default dict -}}
{{- $strict := dig "tenancy" "strict" false $values -}}
{{- $digests := or $strict (dig "tenancy" "allow" "imageDigests" false $values) -}}
{{- $checks := list -}}

{{- /* Images: at or below a prefix, or what the operator was given for all. */ -}}
{{- $images := list
  (dict "list" "executorImages" "path" "spec.build.executorImage" "value" "variables.build.?executorImage.orValue('')" "own" ($values.executorImage | default ""))
  (dict "list" "scannerImages" "path" "spec.verification.scan.image" "value" "object.spec.?verification.?scan.?image.orValue('')" "own" "")
  (dict "list" "serverImages" "path" "spec.rollout.server.image" "value" "variables.server.?image.orValue('')" "own" ($values.serverImage | default "")) -}}
{{- range $image := $images -}}
{{- $allowed := include "gemma-operator.allowed" (dict "root" $ "list" $image.list) -}}
{{- $free := printf "%s in %s" $image.value (list "" $image.own | uniq | toJson) -}}
{{- if ne $allowed "null" -}}
{{- $tests := list $free -}}
{{- range $prefix := fromJsonArray $allowed -}}
{{- $tests = append $tests (include "gemma-operator.below" (dict "value" $image.value "prefix" (trimSuffix "/" $prefix))) -}}
{{- end -}}
{{- $checks = append $checks (dict "expression" (join " || " $tests) "messageExpression" (printf "'%s: ' + %s + %s" $image.path $image.value (printf " isn't allowed; allowed: %s" (fromJsonArray $allowed | join ", " | default "none") | toJson))) -}}
{{- end -}}
{{- if $digests -}}
{{- $checks = append $checks (dict "expression" (printf "%s || %s.contains('@sha256:')" $free $image.value) "messageExpression" (printf "'%s: ' + %s + ' has no digest; name it as REPOSITORY@sha256:…'" $image.path $image.value)) -}}
{{- end -}}
{{- end -}}

{{- /* Names. */ -}}
{{- $names := list
  (dict "list" "serviceAccounts" "path" "spec.build.serviceAccountName" "value" "variables.build.?serviceAccountName.orValue('')")
  (dict "list" "priorityClasses" "path" "spec.build.priorityClassName" "value" "variables.build.?priorityClassName.orValue('')")
  (dict "list" "priorityClasses" "path" "spec.rollout.server.priorityClassName" "value" "variables.server.?priorityClassName.orValue('')")
  (dict "list" "runtimeClasses" "path" "spec.rollout.server.runtimeClassName" "value" "variables.server.?runtimeClassName.orValue('')") -}}
{{- range $one := $names -}}
{{- $allowed := include "gemma-operator.allowed" (dict "root" $ "list" $one.list) -}}
{{- if ne $allowed "null" -}}
{{- $checks = append $checks (dict "expression" (printf "%s in %s" $one.value (prepend (fromJsonArray $allowed) "" | toJson)) "messageExpression" (printf "'%s: ' + %s + %s" $one.path $one.value (printf " isn't allowed; allowed: %s" (fromJsonArray $allowed | join ", " | default "none") | toJson))) -}}
{{- end -}}
{{- end -}}

{{- /* Labels and taints: KEY, or KEY=VALUE. A toleration without a key is of every taint. */ -}}
{{- range $where := list "build" "server" -}}
{{- $path := ternary "spec.build" "spec.rollout.server" (eq $where "build") -}}
{{- $allowed := include "gemma-operator.allowed" (dict "root" $ "list" "nodeSelectors") -}}
{{- if ne $allowed "null" -}}
{{- $map := printf "variables.%s.?nodeSelector.orValue({})" $where -}}
{{- $checks = append $checks (dict "expression" (printf "%s.all(k, k in %s || (k + '=' + %s[k]) in %s)" $map $allowed $map $allowed) "message" (printf "%s.nodeSelector: allowed: %s" $path (fromJsonArray $allowed | join ", " | default "none"))) -}}
{{- end -}}
{{- $allowed = include "gemma-operator.allowed" (dict "root" $ "list" "tolerations") -}}
{{- if ne $allowed "null" -}}
{{- $checks = append $checks (dict "expression" (printf "variables.%s.?tolerations.orValue([]).all(t, t.?key.orValue('') != '' && (t.key in %s || (t.key + '=' + t.?value.orValue('')) in %s && t.?operator.orValue('Equal') == 'Equal'))" $where $allowed $allowed) "message" (printf "%s.tolerations: allowed: %s" $path (fromJsonArray $allowed | join ", " | default "none"))) -}}
{{- end -}}
{{- end -}}

{{- /* Repositories, by namespace. */ -}}
{{- if or $strict $policies.repositories -}}
{{- $fields := list
  (dict "path" "spec.output.repository" "value" "object.spec.output.repository")
  (dict "path" "spec.build.cache.repository" "value" "variables.build.?cache.?repository.orValue('')")
  (dict "path" "spec.rollout.server.repository" "value" "variables.server.?repository.orValue('')") -}}
{{- range $field := $fields -}}
{{- $below := printf "variables.repositories[request.namespace].exists(p, %s == p || %s.startsWith(p + '/'))" $field.value $field.value -}}
{{- $unnamed := ternary "false" "true" $strict -}}
{{- $checks = append $checks (dict "expression" (printf "%s == '' || (request.namespace in variables.repositories ? %s : %s)" $field.value $below $unnamed) "messageExpression" (printf "'%s: ' + %s + ' is none of this namespace; allowed: ' + (request.namespace in variables.repositories ? variables.repositories[request.namespace].join(', ') : 'none')" $field.path $field.value)) -}}
{{- end -}}
{{- end -}}

{{- if eq (dig "insecure" true $policies) false -}}
{{- $checks = append $checks (dict "expression" "!object.spec.output.?insecure.orValue(false) && !variables.server.?model.?hub.?insecure.orValue(false)" "message" "spec.output.insecure, spec.rollout.server.model.hub.insecure: plain HTTP isn't allowed in this cluster; leave them out") -}}
{{- end -}}
{{- if eq (dig "workloadIdentity" true $policies) false -}}
{{- $checks = append $checks (dict "expression" "object.spec.output.?credentials.?type.orValue('') != 'WorkloadIdentity'" "message" "spec.output.credentials.type: WorkloadIdentity isn't allowed in this cluster; use a Secret") -}}
{{- end -}}
{{- toYaml $checks -}}
{{- end -}}

{{- /* Whether an image lies at or below a prefix. A registry's host is followed by a path, never by a port or a tag. */ -}}
{{- define "gemma-operator.below" -}}
{{- $value := .value -}}
{{- $ends := ternary (list "/" ":" "@") (list "/") (contains "/" .prefix) -}}
{{- $tests := ternary (list (printf "%s == %s" $value (toJson .prefix))) list (contains "/" .prefix) -}}
{{- range $end := $ends -}}
{{- $tests = append $tests (printf "%s.startsWith(%s)" $value (printf "%s%s" $.prefix $end | toJson)) -}}
{{- end -}}
{{- join " || " $tests -}}
{{- end -}}
