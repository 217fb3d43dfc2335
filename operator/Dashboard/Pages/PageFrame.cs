namespace GemmaOperator.Dashboard.Pages;

/// <summary>Says what stands around the content of a page.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Prefix">What all addresses begin with; it ends with a slash.</param>
/// <param name="Now">The time (UTC) of what it shows.</param>
internal sealed record PageFrame(string Title, string Prefix, DateTime Now)
{
    /// <summary>Gets who looks at it; null where that needn't be said.</summary>
    public string? Visitor { get; init; }

    /// <summary>Gets the address that tells of changes, below the prefix; null: nothing changes here.</summary>
    public string? Live { get; init; }

    /// <summary>Gets what is wrong with all that is shown; null where nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Gets after how many seconds it asks for itself again, with or without a script; null: never.</summary>
    public int? RefreshSeconds { get; init; }
}
