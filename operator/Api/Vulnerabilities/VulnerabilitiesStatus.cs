namespace GemmaOperator.Api.Vulnerabilities;

/// <summary>Says what is known of the vulnerabilities of what is published and of what serves.</summary>
internal sealed record VulnerabilitiesStatus
{
    /// <summary>Bounds the images; those for several platforms have an entry for each.</summary>
    public const int MostImages = 4;

    /// <summary>
    /// What is published first, then what serves where that is another one; earlier ones until the scan of both is
    /// done. An image for several platforms has an entry for each.
    /// </summary>
    public IReadOnlyList<ScannedImage> Images { get; init; } = [];
}
