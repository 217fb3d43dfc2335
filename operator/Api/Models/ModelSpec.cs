namespace GemmaOperator.Api.Models;

/// <summary>Describes the model to serve, and where its weights come from: one source at most.</summary>
internal sealed record ModelSpec
{
    /// <summary>Name that clients ask for.</summary>
    public string Name { get; init; } = "google/gemma-7b-it";

    /// <summary>PersistentVolumeClaim that holds the weights; empty means another source, or none.</summary>
    public string ExistingClaim { get; init; } = "";

    /// <summary>Directory of the weights within that claim; empty means its root.</summary>
    public string SubPath { get; init; } = "";

    /// <summary>OCI image or artefact that holds the weights; null means another source, or none.</summary>
    public ModelImageSpec? Image { get; init; }

    /// <summary>Repository of a Hugging Face hub that holds the weights; null means another source, or none.</summary>
    public ModelHubSpec? Hub { get; init; }

    /// <summary>Where they are mounted; without a source nothing is.</summary>
    public string Path { get; init; } = "/models";
}
