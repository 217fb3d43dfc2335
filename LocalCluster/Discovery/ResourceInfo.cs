using System.Text.Json.Nodes;
using LocalCluster.Builtin;
using LocalCluster.Errors;
using LocalCluster.Rules;
using LocalCluster.Schema;

namespace LocalCluster.Discovery;

/// <summary>Describes one served resource.</summary>
internal sealed record ResourceInfo
{
    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public required string Kind { get; init; }

    public required bool Namespaced { get; init; }

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public bool HasStatus { get; init; }

    /// <summary>
    /// Gets the JSON path of the replicas that <c>/scale</c> reads and writes; null without the subresource.
    /// </summary>
    public string? ScalePath { get; init; }

    /// <summary>Gets the JSON path of the replicas that there are.</summary>
    public string ScaleStatusPath { get; init; } = ".status.replicas";

    /// <summary>Gets the JSON path of a custom resource's selector of pods, as text; null when it has none.</summary>
    public string? ScaleSelectorPath { get; init; }

    /// <summary>Gets what a custom resource must look like; null for built-in kinds.</summary>
    public StructuralSchema? Schema { get; init; }

    /// <summary>Gets the custom resource's CEL rules; null when its schema has none.</summary>
    public RuleTree? Rules { get; init; }

    /// <summary>Gets the printer columns of a custom resource.</summary>
    public JsonArray? Columns { get; init; }

    /// <summary>Defaults and validation of a built-in kind.</summary>
    public BuiltinKind Builtin { get; init; } = BuiltinKind.None;

    /// <summary>Says whether it can only be created: reviews are answered and not stored.</summary>
    public bool IsReview { get; init; }

    /// <summary>Gets whether everybody may ask, of themselves.</summary>
    public bool IsFree { get; init; }

    public bool IsCustom => Schema is not null;

    /// <summary>Gets the storage key: kinds that are served under two groups (Event) share one.</summary>
    public string Storage { get; init; } = "";

    public string Key => Storage.Length > 0 ? Storage : ApiException.Qualified(Plural, Group);

    public string GroupVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}
