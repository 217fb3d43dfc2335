using System.Text.Json.Nodes;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Defaults and checks PriorityClasses (pkg/apis/scheduling/validation).</summary>
internal sealed class PriorityClassKind : BuiltinKind
{
    private const long HighestOfUsers = 1_000_000_000;

    private static readonly string[] Policies = ["\"Never\"", "\"PreemptLowerPriority\""];

    /// <summary>Gets the classes that every API server makes at its start.</summary>
    public static IReadOnlyList<(string Name, long Value, string Description)> OfSystem { get; } =
    [
        (
            "system-node-critical",
            2_000_001_000,
            "Used for system critical pods that must not be moved from their current node."
        ),
        (
            "system-cluster-critical",
            2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."
        ),
    ];

    public override bool HasGeneration => true;

    public override void Default(JsonObject json, JsonObject? before)
    {
        json.Fill("value", 0);
        json.Fill("preemptionPolicy", "PreemptLowerPriority");
    }

    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var name = json.Metadata().Text("name") ?? "";
        if (OfSystem.FirstOrDefault(s => s.Name == name) is { Name.Length: > 0 } known)
        {
            if (json["value"].Number() != known.Value)
            {
                yield return FieldError.Forbidden(
                    "metadata.name",
                    "priority class names with 'system-' prefix are reserved for system use only. error: "
                        + $"value of {name} PriorityClass must be {known.Value}"
                );
            }
        }
        else if (name.StartsWith("system-", StringComparison.Ordinal))
        {
            yield return FieldError.Forbidden(
                "metadata.name",
                "priority class names with 'system-' prefix are reserved for system use only. error: "
                    + $"{name} is not a known system priority class"
            );
        }
        else if (json["value"].Number() > HighestOfUsers)
        {
            yield return FieldError.Forbidden(
                "value",
                $"maximum allowed value of a user defined priority is {HighestOfUsers}"
            );
        }

        if (!Policies.Contains(json["preemptionPolicy"].Write(), StringComparer.Ordinal))
        {
            yield return FieldError.Unsupported("preemptionPolicy", json["preemptionPolicy"].Write(), Policies);
        }

        if (before is not null && json["value"].Number() != before["value"].Number())
        {
            yield return FieldError.Forbidden("value", "may not be changed in an update.");
        }

        if (before is not null && json.Text("preemptionPolicy") != before.Text("preemptionPolicy"))
        {
            yield return FieldError.Invalid("preemptionPolicy", json["preemptionPolicy"].Write(), "field is immutable");
        }
    }
}
