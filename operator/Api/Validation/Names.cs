using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks names of other objects, and the labels and taints that pods are placed by.</summary>
internal static class Names
{
    /// <summary>Checks the name of an object in the same namespace; empty means none.</summary>
    public static void CheckReference(string path, string? name, string what, Findings findings)
    {
        if (name is { Length: > 0 } && !IsObjectName(name))
        {
            findings.Add(
                path,
                $"{Quoted.Of(name)} can't be the name of {what}",
                "use lower-case letters, digits, - and ., at most 253"
            );
        }
    }

    /// <summary>Checks a key of a ConfigMap; its name must be there.</summary>
    public static void CheckKey(string path, KeyReference reference, Findings findings) =>
        CheckKey(path, reference.Name, reference.Key, "a ConfigMap", findings);

    /// <summary>Checks a key of an object, which may be null for a default; its name must be there.</summary>
    public static void CheckKey(string path, string? name, string? key, string what, Findings findings)
    {
        if (name is not { Length: > 0 } || !IsObjectName(name))
        {
            findings.Add(
                $"{path}.name",
                $"{Quoted.Of(name)} can't be the name of {what}",
                "use lower-case letters, digits, - and ., at most 253"
            );
        }

        if (key is not null && (key.Length > 253 || !Syntax.ConfigMapKey().IsMatch(key)))
        {
            findings.Add(
                $"{path}.key",
                $"{Quoted.Of(key)} can't be a key of {what}",
                "use letters, digits, -, _ and ."
            );
        }
    }

    /// <summary>Checks a list of Secrets, each of which must have a name that no other has.</summary>
    public static void CheckSecrets(string path, IReadOnlyList<LocalReference>? secrets, Findings findings)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, secret) in (secrets ?? []).Index())
        {
            var name = secret?.Name ?? "";
            if (!IsObjectName(name))
            {
                findings.Add(
                    $"{path}[{i}].name",
                    $"{Quoted.Of(name)} can't be the name of a Secret",
                    "use lower-case letters, digits, - and ., at most 253"
                );
            }
            else if (!seen.Add(name))
            {
                findings.Add($"{path}[{i}].name", $"{Quoted.Of(name)} is given twice", "name another Secret");
            }
        }
    }

    public static void CheckNodeSelector(string path, IReadOnlyDictionary<string, string>? selector, Findings findings)
    {
        foreach (var (key, value) in selector ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            var where = $"{path}[{Quoted.Of(key)}]";
            if (!Syntax.LabelKey().IsMatch(key))
            {
                findings.Add(where, "it isn't a label's key", "write name or example.com/name");
            }

            if (!IsLabelValue(value))
            {
                findings.Add(
                    where,
                    $"{Quoted.Of(value)} isn't a label's value",
                    "use at most 63 letters, digits, -, _ and ."
                );
            }
        }
    }

    public static void CheckTolerations(
        string path,
        IReadOnlyList<k8s.Models.V1Toleration>? tolerations,
        Findings findings
    )
    {
        for (var i = 0; i < (tolerations?.Count ?? 0); i++)
        {
            if (tolerations![i] is not { } toleration)
            {
                findings.Add($"{path}[{i}]", "it is empty", "remove it");
                continue;
            }

            var exists = toleration.OperatorProperty == "Exists";
            if (toleration.Key is { Length: > 0 } key && !Syntax.LabelKey().IsMatch(key))
            {
                findings.Add(
                    $"{path}[{i}].key",
                    $"{Quoted.Of(key)} isn't a taint's key",
                    "write name or example.com/name"
                );
            }

            if (toleration.Key is not { Length: > 0 } && !exists)
            {
                findings.Add(
                    $"{path}[{i}].operator",
                    "without a key only Exists makes sense",
                    "set operator: Exists, or give a key"
                );
            }

            if (!IsLabelValue(toleration.Value ?? "") || (exists && toleration.Value is { Length: > 0 }))
            {
                findings.Add(
                    $"{path}[{i}].value",
                    $"{Quoted.Of(toleration.Value)} can't be compared with",
                    "use a label's value with operator Equal, none with Exists"
                );
            }

            if (toleration.TolerationSeconds is not null && toleration.Effect != "NoExecute")
            {
                findings.Add(
                    $"{path}[{i}].tolerationSeconds",
                    "it is for the effect NoExecute only",
                    "set effect: NoExecute, or remove it"
                );
            }
        }
    }

    /// <summary>Tells whether an object may be called so.</summary>
    public static bool IsObjectName(string name) => name.Length <= 253 && Syntax.ObjectName().IsMatch(name);

    public static bool IsLabelValue(string? value) => value is { Length: <= 63 } && Syntax.LabelValue().IsMatch(value);
}
