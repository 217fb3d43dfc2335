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
{{- if and (ne $allowed "null") (eq $image.list "serverImages") -}}
{{- $tests := list -}}
{{- range $prefix := fromJsonArray $allowed -}}
{{- $tests = append $tests (include "gemma-operator.below" (dict "value" "c.image" "prefix" (trimSuffix "/" $prefix))) -}}
{{- end -}}
{{- $checks = append $checks (dict "expression" (printf "(variables.server.?initContainers.orValue([]) + variables.server.?sidecars.orValue([])).all(c, %s)" (join " || " $tests | default "false")) "message" (printf "spec.rollout.server.initContainers, sidecars: images allowed: %s" (fromJsonArray $allowed | join ", " | default "none"))) -}}
{{- end -}}
{{- if and $digests (eq $image.list "serverImages") -}}
{{- $checks = append $checks (dict "expression" "(variables.server.?initContainers.orValue([]) + variables.server.?sidecars.orValue([])).all(c, c.image.contains('@sha256:'))" "message" "spec.rollout.server.initContainers, sidecars: name each image as REPOSITORY@sha256:…") -}}
{{- end -}}
{{- if $digests -}}
{{- $checks = append $checks (dict "expression" (printf "%s || %s.contains('@sha256:')" $free $image.value) "messageExpression" (printf "'%s: ' + %s + ' has no digest; name it as REPOSITORY@sha256:…'" $image.path $image.value)) -}}
{{- end -}}
{{- end -}}

{{- /* Names. */ -}}
{{- $names := list
  (dict "list" "serviceAccounts" "path" "spec.build.serviceAccountName" "value" "variables.build.?serviceAccountName.orValue('')")
  (dict "list" "serviceAccounts" "path" "spec.rollout.server.serviceAccountName" "value" "variables.server.?serviceAccountName.orValue('')")
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
{{- if and (ne $allowed "null") (eq $where "server") -}}
{{- /* An affinity selects nodes as well. KEY=VALUE is for In with that value alone. */ -}}
{{- $expressions := printf "?matchExpressions.orValue([]).all(e, e.key in %s || (e.operator == 'In' && e.?values.orValue([]).size() > 0 && e.values.all(v, (e.key + '=' + v) in %s)))" $allowed $allowed -}}
{{- $nodes := "variables.server.?affinity.?nodeAffinity" -}}
{{- $checks = append $checks (dict "expression" (printf "%s.?requiredDuringSchedulingIgnoredDuringExecution.?nodeSelectorTerms.orValue([]).all(t, t.%s) && %s.?preferredDuringSchedulingIgnoredDuringExecution.orValue([]).all(p, p.preference.%s)" $nodes $expressions $nodes $expressions) "message" (printf "%s.affinity.nodeAffinity: allowed: %s" $path (fromJsonArray $allowed | join ", " | default "none"))) -}}
{{- end -}}
{{- $allowed = include "gemma-operator.allowed" (dict "root" $ "list" "tolerations") -}}
{{- if ne $allowed "null" -}}
{{- $checks = append $checks (dict "expression" (printf "variables.%s.?tolerations.orValue([]).all(t, t.?key.orValue('') != '' && (t.key in %s || (t.key + '=' + t.?value.orValue('')) in %s && t.?operator.orValue('Equal') == 'Equal'))" $where $allowed $allowed) "message" (printf "%s.tolerations: allowed: %s" $path (fromJsonArray $allowed | join ", " | default "none"))) -}}
{{- end -}}
{{- end -}}

{{- range $list := list "podLabels" "podAnnotations" -}}
{{- $allowed := include "gemma-operator.allowed" (dict "root" $ "list" $list) -}}
{{- if ne $allowed "null" -}}
{{- range $where := list "build" "server" -}}
{{- $path := ternary "spec.build" "spec.rollout.server" (eq $where "build") -}}
{{- $map := printf "variables.%s.?%s.orValue({})" $where $list -}}
{{- $checks = append $checks (dict "expression" (printf "%s.all(k, k in %s || (k + '=' + %s[k]) in %s)" $map $allowed $map $allowed) "message" (printf "%s.%s: allowed: %s" $path $list (fromJsonArray $allowed | join ", " | default "none"))) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* Drivers of volumes. */ -}}
{{- $drivers := include "gemma-operator.allowed" (dict "root" . "list" "csiDrivers") -}}
{{- if ne $drivers "null" -}}
{{- $checks = append $checks (dict "expression" (printf "variables.server.?volumes.orValue([]).all(v, v.?csi.?driver.orValue('') in %s)" (prepend (fromJsonArray $drivers) "" | toJson)) "message" (printf "spec.rollout.server.volumes: csi.driver: allowed: %s" (fromJsonArray $drivers | join ", " | default "none"))) -}}
{{- end -}}

{{- /* Repositories: at or below a prefix of the namespace or of all. A host alone is no repository. */ -}}
{{- if include "gemma-operator.repositoryPolicy" . | fromJsonArray -}}
{{- $fields := list
  (dict "path" "spec.output.repository" "value" "object.spec.output.repository")
  (dict "path" "spec.build.cache.repository" "value" "variables.build.?cache.?repository.orValue('')")
  (dict "path" "spec.rollout.server.repository" "value" "variables.server.?repository.orValue('')") -}}
{{- range $field := $fields -}}
{{- $below := printf "variables.repositories.exists(p, p == '*' || %s.startsWith(p + '/') || (%s == p && p.contains('/')))" $field.value $field.value -}}
{{- $checks = append $checks (dict "expression" (printf "%s == '' || %s" $field.value $below) "messageExpression" (printf "'%s: ' + %s + ' is none of this namespace; allowed: ' + (variables.repositories.size() == 0 ? 'none' : variables.repositories.join(', '))" $field.path $field.value)) -}}
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
{{- /* The variables of the repository policy, as a YAML list: what namespaces have of their own, and the prefixes of this one. */ -}}
{{- define "gemma-operator.repositoryVariables" -}}
{{- $lines := include "gemma-operator.repositoryPolicy" . | fromJsonArray -}}
{{- $all := list -}}
{{- $own := dict -}}
{{- range $line := without $lines "deny-all" -}}
{{- $parts := splitn "=" 2 $line -}}
{{- $prefixes := splitList "," $parts._1 -}}
{{- if eq $parts._0 "*" -}}
{{- $all = concat $all $prefixes -}}
{{- else -}}
{{- $_ := set $own $parts._0 (concat (get $own $parts._0 | default list) $prefixes) -}}
{{- end -}}
{{- end -}}
{{- if $lines -}}
- name: namespaces
  expression: {{ toJson $own | toJson }}
- name: repositories
  expression: {{ printf "((request.namespace in variables.namespaces ? variables.namespaces[request.namespace] : []) + %s).map(p, p.replace('{namespace}', request.namespace))" (toJson $all) | toJson }}
{{- end -}}
{{- end -}}
