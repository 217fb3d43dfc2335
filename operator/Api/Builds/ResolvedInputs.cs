using System.ComponentModel.DataAnnotations;
using GemmaOperator.Api.Updates;

namespace GemmaOperator.Api.Builds;

/// <summary>Says what goes into the image.</summary>
internal sealed record ResolvedInputs
{
    /// <summary>Base reference as declared.</summary>
    [Required]
    public string BaseReference { get; init; } = "";

    /// <summary>
    /// What the spec declares as its base, where the channel may take another version of it; absent where it is Pinned.
    /// </summary>
    public string? DeclaredBase { get; init; }

    /// <summary>Digest the base is built from.</summary>
    [Required]
    public string BaseDigest { get; init; } = "";

    /// <summary>Rendered text.</summary>
    [Required]
    public string Dockerfile { get; init; } = "";

    /// <summary>Requirements text.</summary>
    public string Requirements { get; init; } = "";

    /// <summary>Field that the requirements come from.</summary>
    public string RequirementsField { get; init; } = "";

    /// <summary>
    /// For each line of the requirements text, the line of the user's own; empty where there are too many.
    /// </summary>
    public IReadOnlyList<int> RequirementLines { get; init; } = [];

    /// <summary>Fingerprint of all that goes into the image, the base digest and the cache epoch excepted.</summary>
    [Required]
    public string InputsHash { get; init; } = "";

    /// <summary>
    /// Fingerprint of the inputs and of how they are built; a failed attempt isn't repeated for the same one.
    /// </summary>
    [Required]
    public string AttemptHash { get; init; } = "";

    /// <summary>Fingerprint of what is made from the base image afterwards: application image and alias tags.</summary>
    [Required]
    public string PublishHash { get; init; } = "";

    /// <summary>Value of the CACHE_EPOCH build argument.</summary>
    public string CacheEpoch { get; init; } = "";

    /// <summary>
    /// Python packages uploaded to their index at this time or later aren't installed (UTC); absent: any may be.
    /// </summary>
    public DateTime? UploadedBefore { get; init; }

    /// <summary>Those that may be younger, for what they mend; at most 32.</summary>
    public IReadOnlyList<YoungerFix>? YoungerFixes { get; init; }

    /// <summary>
    /// What the operator itself put into it, by part; an upgrade changes it, and starts no build for its sake.
    /// </summary>
    public IReadOnlyDictionary<string, string> Rendering { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Inputs by field path, shortened, so that the next build can say what changed.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
