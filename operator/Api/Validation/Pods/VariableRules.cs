using GemmaOperator.Api.Pods;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation.Pods;

/// <summary>Checks where variables of the served pods come from; their names are checked with the others.</summary>
internal static class VariableRules
{
    /// <summary>Names the variable with the file of keys, of which the smoke test shows one.</summary>
    public const string KeysFile = "API_KEYS_FILE";

    private const int MostSources = 16;

    private const int LongestPrefix = 64;

    private const int LongestField = 340;

    private const int LongestResource = 63;

    private const int LongestDivisor = 3;

    public static void Check(string path, IReadOnlyList<ServerVariable>? variables, Findings findings)
    {
        foreach (var (i, variable) in (variables ?? []).Index())
        {
            if (variable?.ValueFrom is not { } from)
            {
                continue;
            }

            var where = $"{path}[{i}].valueFrom";
            if (variable.Value is { Length: > 0 })
            {
                findings.Add(where, "it has both", "give rollout.server.env a value or valueFrom, not both");
            }

            CheckSource(where, from, findings);
        }
    }

    /// <summary>Checks that the server's file of keys is named by its path.</summary>
    public static void CheckKeysFile(string path, IReadOnlyList<ServerVariable>? variables, Findings findings)
    {
        foreach (var (i, variable) in (variables ?? []).Index())
        {
            if (variable is { Name: KeysFile, ValueFrom: not null })
            {
                findings.Add(
                    $"{path}[{i}].valueFrom",
                    "the smoke test shows a key of that file, too, and must know where it is",
                    $"write the path of {KeysFile} as its value in rollout.server.env"
                );
            }
        }
    }

    /// <summary>Checks how many there are, and how long they are.</summary>
    public static void CheckSizes(string path, IReadOnlyList<ServerVariable>? variables, Findings findings)
    {
        findings.Most(path, variables?.Count, SpecBounds.Variables);
        foreach (var (i, variable) in (variables ?? []).Index())
        {
            findings.AtMost($"{path}[{i}].name", variable?.Name, SpecBounds.VariableName);
            findings.AtMost($"{path}[{i}].value", variable?.Value, SpecBounds.VariableValue);
        }
    }

    /// <summary>Checks Secrets and ConfigMaps that give variables by all their keys.</summary>
    public static void CheckAll(string path, IReadOnlyList<VariablesFrom>? all, Findings findings)
    {
        findings.Most(path, all?.Count, MostSources);
        foreach (var (i, from) in (all ?? []).Index())
        {
            var where = $"{path}[{i}]";
            findings.One(
                where,
                "rollout.server.envFrom",
                ("secretRef", from?.SecretRef is not null),
                ("configMapRef", from?.ConfigMapRef is not null)
            );
            if (from?.Prefix is { Length: > 0 } prefix)
            {
                findings.Text(
                    $"{where}.prefix",
                    prefix,
                    LongestPrefix,
                    Syntax.VariableName(),
                    "the beginning of a variable's name",
                    "use letters, digits and _, not starting with a digit"
                );
                if (prefix.StartsWith("LD_", StringComparison.Ordinal))
                {
                    findings.Add(
                        $"{where}.prefix",
                        "LD_* runs code before your program does",
                        "choose another rollout.server.envFrom prefix"
                    );
                }
            }

            if (from?.SecretRef is { } secret)
            {
                findings.ObjectName($"{where}.secretRef.name", secret.Name, "a Secret");
            }

            if (from?.ConfigMapRef is { } map)
            {
                findings.ObjectName($"{where}.configMapRef.name", map.Name, "a ConfigMap");
            }
        }
    }

    private static void CheckSource(string path, VariableSource from, Findings findings)
    {
        findings.One(
            path,
            "rollout.server.env valueFrom",
            ("secretKeyRef", from.SecretKeyRef is not null),
            ("configMapKeyRef", from.ConfigMapKeyRef is not null),
            ("fieldRef", from.FieldRef is not null),
            ("resourceFieldRef", from.ResourceFieldRef is not null)
        );
        CheckKey($"{path}.secretKeyRef", from.SecretKeyRef, "a Secret", findings);
        CheckKey($"{path}.configMapKeyRef", from.ConfigMapKeyRef, "a ConfigMap", findings);
        if (from.FieldRef is { } field)
        {
            findings.Text(
                $"{path}.fieldRef.fieldPath",
                field.FieldPath,
                LongestField,
                PodSyntax.PodField(),
                "a field that a variable can have",
                "write it as in metadata.name, metadata.labels['team'], spec.nodeName or status.podIP"
            );
            CheckMapKey($"{path}.fieldRef.fieldPath", field.FieldPath ?? "", findings);
        }

        if (from.ResourceFieldRef is { } resource)
        {
            findings.Text(
                $"{path}.resourceFieldRef.resource",
                resource.Resource,
                LongestResource,
                PodSyntax.ContainerResource(),
                "a resource that a variable can have",
                "write it as in limits.memory or requests.cpu"
            );
            if (resource.Divisor is { Length: > 0 } divisor)
            {
                findings.Text(
                    $"{path}.resourceFieldRef.divisor",
                    divisor,
                    LongestDivisor,
                    PodSyntax.Divisor(),
                    "a unit",
                    "write it as in 1Mi"
                );
                CheckUnit($"{path}.resourceFieldRef.divisor", resource.Resource ?? "", divisor, findings);
            }
        }
    }

    /// <summary>Checks the key of a label or annotation; the prefix of an annotation's may have capitals.</summary>
    private static void CheckMapKey(string path, string field, Findings findings)
    {
        if (PodSyntax.PodField().IsMatch(field) && field.Split('\'') is [var map, var key, _])
        {
            findings.LabelKey(
                path,
                map.Contains("annotations", StringComparison.Ordinal) ? key.ToLowerInvariant() : key
            );
        }
    }

    /// <summary>Checks that the unit is one of the resource, as the API server does before it takes a pod.</summary>
    private static void CheckUnit(string path, string resource, string divisor, Findings findings)
    {
        var isOfCpu = resource.EndsWith(".cpu", StringComparison.Ordinal);
        if (PodSyntax.Divisor().IsMatch(divisor) && (isOfCpu ? divisor is not ("1" or "1m") : divisor == "1m"))
        {
            findings.Add(
                path,
                $"{Quoted.Of(divisor)} is no unit of {Quoted.Of(resource)}",
                "use 1 or 1m with cpu, and 1 or one such as 1Mi with what is counted in bytes"
            );
        }
    }

    private static void CheckKey(string path, KeySelector? key, string what, Findings findings)
    {
        if (key is not null)
        {
            findings.ObjectName($"{path}.name", key.Name, what);
            KeyRules.Check($"{path}.key", key.Key, what, findings);
        }
    }
}
