namespace GemmaOperator.Api.Contents;

/// <summary>
/// Says what the layers that a build made hold, read from their files, beside what the image says of itself.
/// </summary>
internal sealed record LayersStatus
{
    /// <summary>Bounds <see cref="Names"/>.</summary>
    public const int MostNames = 20;

    /// <summary>Layers that were read.</summary>
    public int Read { get; init; }

    /// <summary>Layers that weren't: they came from the cache, or can't be unpacked.</summary>
    public int Unread { get; init; }

    /// <summary>Python distributions in these layers that the image's own list doesn't name.</summary>
    public int Unlisted { get; init; }

    /// <summary>Names and versions of the first of them.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
}
