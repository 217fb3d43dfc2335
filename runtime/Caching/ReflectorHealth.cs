namespace GemmaOperator.Runtime.Caching;

/// <summary>Says how a reflector is doing, in words for people.</summary>
/// <param name="Resource">What it mirrors.</param>
/// <param name="HasSynced">Its first list is complete.</param>
/// <param name="FailingFor">How long nothing has succeeded; null while all is well.</param>
/// <param name="IsStuck">
/// Failing for so long that the cache can't be trusted, or in a way that only a person can end.
/// </param>
/// <param name="LastError">The newest error since the last success.</param>
internal sealed record ReflectorHealth(
    string Resource,
    bool HasSynced,
    TimeSpan? FailingFor,
    bool IsStuck,
    string? LastError
)
{
    public bool IsReady => HasSynced && !IsStuck;

    /// <summary>Gets the namespace that it mirrors alone; null: all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Gets whether the API server refuses it: waiting won't help.</summary>
    public bool IsForbidden { get; init; }
}
