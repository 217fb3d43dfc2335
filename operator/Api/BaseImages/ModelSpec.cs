namespace GemmaOperator.Api.BaseImages;

/// <summary>Describes the model to serve.</summary>
internal sealed record ModelSpec
{
    /// <summary>Name that clients ask for.</summary>
    public string Name { get; init; } = "google/gemma-7b-it";

    /// <summary>PersistentVolumeClaim that holds the weights; empty means an empty volume.</summary>
    public string ExistingClaim { get; init; } = "";

    /// <summary>Where it is mounted.</summary>
    public string Path { get; init; } = "/models";
}
