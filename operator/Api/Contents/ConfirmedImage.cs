namespace GemmaOperator.Api.Contents;

/// <summary>Says which build found the published image unchanged, and when.</summary>
internal sealed record ConfirmedImage
{
    /// <summary>Name of the GemmaBuild.</summary>
    public string Build { get; init; } = "";

    /// <summary>When it ended (UTC).</summary>
    public DateTime? Time { get; init; }
}
