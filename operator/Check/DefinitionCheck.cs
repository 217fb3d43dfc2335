using k8s.Models;

namespace GemmaOperator.Check;

/// <summary>Judges the CustomResourceDefinitions against those that this program was built with.</summary>
internal static class DefinitionCheck
{
    private const string Name = "Definitions";
    private const int MostNamed = 3;

    private const string Apply =
        "helm upgrade with crds.install=true, or kubectl apply --server-side --force-conflicts -f crds/";

    public static IEnumerable<CheckLine> Judge(
        IEnumerable<(V1CustomResourceDefinition Shipped, Answer<V1CustomResourceDefinition> Found)> definitions
    ) => definitions.Select(d => Judge(d.Shipped, d.Found));

    private static CheckLine Judge(V1CustomResourceDefinition shipped, Answer<V1CustomResourceDefinition> answer)
    {
        var name = shipped.Metadata.Name;
        if (answer.Value is not { } found)
        {
            return answer.Problem is { } problem
                ? CheckLine.Warn(Name, problem, "ask as somebody who may get CustomResourceDefinitions")
                : CheckLine.Fail(Name, $"{name} isn't there", Apply);
        }

        if (found.Status?.Conditions?.FirstOrDefault(c => c.Type == "Established") is not { Status: "True" })
        {
            var refused = found.Status?.Conditions?.FirstOrDefault(c => c.Status == "False");
            return CheckLine.Fail(
                Name,
                $"{name} isn't served: {refused?.Message ?? "the API server hasn't established it yet"}",
                $"kubectl describe crd {name}"
            );
        }

        var version = shipped.Spec.Versions.Single();
        return found.Spec.Versions.FirstOrDefault(v => v.Name == version.Name && v.Served) is { } served
            ? Compare(
                name,
                SchemaDifference.Between(
                    version.Schema.OpenAPIV3Schema,
                    served.Schema?.OpenAPIV3Schema ?? new V1JSONSchemaProps()
                ),
                Owner(found)
            )
            : CheckLine.Fail(Name, $"{name} doesn't serve {version.Name}", Apply);
    }

    private static CheckLine Compare(string name, SchemaDifference difference, string owner) =>
        difference switch
        {
            { Missing.Count: > 0 } => CheckLine.Fail(
                Name,
                $"{name} is of another version: it lacks {Some(difference.Missing)}{owner}",
                Apply
            ),
            { Unknown.Count: > 0 } => CheckLine.Warn(
                Name,
                $"{name} is of another version: only the cluster's has {Some(difference.Unknown)}{owner}",
                "run the operator of that version, or go back to this one's definitions: " + Apply
            ),
            { Other.Count: > 0 } => CheckLine.Warn(
                Name,
                $"{name} differs from this version's in {Some(difference.Other)}{owner}",
                Apply
            ),
            _ => CheckLine.Ok(Name, $"{name} is this version's{owner}"),
        };

    /// <summary>A second release that brings the definitions, too, is refused by Helm.</summary>
    private static string Owner(V1CustomResourceDefinition found) =>
        found.Metadata.Annotations is { } annotations
        && annotations.TryGetValue("meta.helm.sh/release-name", out var release)
        && annotations.TryGetValue("meta.helm.sh/release-namespace", out var ns)
            ? $" (of Helm release {ns}/{release}; any other needs crds.install=false)"
            : "";

    private static string Some(IReadOnlyList<string> fields) =>
        string.Join(", ", fields.Take(MostNamed))
        + (fields.Count > MostNamed ? $" and {fields.Count - MostNamed} more" : "");
}
