using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;

namespace Quickstart.Manifests;

/// <summary>Holds an object of a manifest as it was written.</summary>
/// <param name="Json">The object; it is never changed.</param>
/// <param name="Line">Where it begins in the file.</param>
/// <param name="Duplicates">Fields that are there twice.</param>
internal sealed record ManifestObject(JsonObject Json, long Line, IReadOnlyList<(string Path, long Line)> Duplicates)
{
    public const string DefaultNamespace = "default";

    public string ApiVersion { get; } = (string)Json["apiVersion"]!;

    public string Kind { get; } = (string)Json["kind"]!;

    /// <summary>Gets the API group; empty for the core one.</summary>
    public string Group => ApiVersion.Contains('/', StringComparison.Ordinal) ? ApiVersion.Split('/')[0] : "";

    public string Version => ApiVersion.Split('/')[^1];

    /// <summary>Gets metadata.name; empty without one.</summary>
    public string Name => Metadata("name") is { Length: > 0 } name ? name : "";

    /// <summary>Gets the namespace that it says; the default one when it says none.</summary>
    public string Namespace => Metadata("namespace") is { Length: > 0 } ns ? ns : DefaultNamespace;

    public bool IsBaseImage => Kind == GemmaBaseImage.KubeKind && ApiVersion == ApiGroup.GroupVersion;

    /// <summary>Writes kind and name as kubectl does.</summary>
    public override string ToString() => $"{Kind.ToLowerInvariant()}/{Name}";

    private string? Metadata(string field) =>
        (Json["metadata"] as JsonObject)?[field] is JsonValue value && value.TryGetValue<string>(out var text)
            ? text
            : null;
}
