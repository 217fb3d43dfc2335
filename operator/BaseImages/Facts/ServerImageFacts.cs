using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Facts;

/// <summary>Holds what a server image says of itself, read in its registry before anything is built for it.</summary>
internal sealed record ServerImageFacts
{
    /// <summary>Gets what was asked for.</summary>
    public required ImageReference Reference { get; init; }

    /// <summary>Gets the digest of its manifest, on the platform that was asked for.</summary>
    public required ImageDigest Digest { get; init; }

    /// <summary>
    /// Gets the libtorch that it is built for, such as <c>&gt;=2.10,&lt;3</c>; empty when it doesn't say.
    /// </summary>
    public required string Libtorch { get; init; }

    /// <summary>Gets whether it can't start without weights at MODEL_PATH.</summary>
    public required bool NeedsModel { get; init; }

    /// <summary>Gets whether its entrypoint understands the command <c>fetch</c>.</summary>
    public required bool CanFetch { get; init; }

    /// <summary>Gets the kinds of model that it runs; empty when it doesn't say.</summary>
    public IReadOnlyList<string> ModelTypes { get; init; } = [];

    /// <summary>Tells whether it runs a kind of model, as far as both say what they are.</summary>
    public bool Takes(string modelType) =>
        modelType.Length == 0 || ModelTypes.Count == 0 || ModelTypes.Contains(modelType, StringComparer.Ordinal);

    /// <summary>Reads an image's labels.</summary>
    public static ServerImageFacts Of(ImageReference reference, ImageContent image) =>
        new()
        {
            Reference = reference,
            Digest = image.Content.Digest,
            Libtorch = image.Labels.GetValueOrDefault(ServerCompatibility.Label, ""),
            NeedsModel = image.Labels.GetValueOrDefault(ApiGroup.ModelLabel, "") == ApiGroup.ModelRequired,
            CanFetch = image.Labels.GetValueOrDefault(ApiGroup.FetchLabel, "") == ApiGroup.FetchVersion,
            ModelTypes = image
                .Labels.GetValueOrDefault(ApiGroup.ModelTypesLabel, "")
                .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        };
}
