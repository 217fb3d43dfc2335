namespace GemmaOperator.BaseImages.Serving;

/// <summary>Says what came of writing the workload.</summary>
internal sealed record WrittenWorkload
{
    public static readonly WrittenWorkload Nothing = new();

    /// <summary>Gets the objects that were written.</summary>
    public IReadOnlyList<WrittenObject> Objects { get; init; } = [];

    /// <summary>Gets who has a contested field, in the API server's words; null when nobody was asked, or knows.</summary>
    public string? Owner { get; init; }
}
