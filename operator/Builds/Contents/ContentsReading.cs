namespace GemmaOperator.Builds.Contents;

/// <summary>Says what is known of an image's packages: the list, or why there is none.</summary>
internal abstract record ContentsReading
{
    private ContentsReading() { }

    /// <summary>Holds the list.</summary>
    public sealed record Listed(PackageList List) : ContentsReading;

    /// <summary>
    /// Says why there is no list: <paramref name="Reason"/> is one of <c>ImageReason.ContentsKnown</c>.
    /// </summary>
    public sealed record Absent(string Reason, string Message) : ContentsReading;
}
