using GemmaOperator.Api.BaseImages;
using GemmaOperator.BaseImages.Forecasts;
using k8s.Models;

namespace KubectlGemma.Planning;

/// <summary>Holds an object of a manifest as it would be if it were applied.</summary>
internal sealed record Proposal
{
    /// <summary>Gets the object as it would be.</summary>
    public required GemmaBaseImage Image { get; init; }

    /// <summary>Gets whether there is none of that name yet.</summary>
    public required bool IsNew { get; init; }

    /// <summary>Gets the ConfigMaps of the manifest that it names, as they would be.</summary>
    public IReadOnlyList<V1ConfigMap> ConfigMaps { get; init; } = [];

    /// <summary>Gets the fields that change, those of ConfigMaps included.</summary>
    public required IReadOnlyList<JsonChange> Changes { get; init; }
}
