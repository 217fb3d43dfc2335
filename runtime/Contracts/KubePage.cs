namespace GemmaOperator.Runtime.Contracts;

/// <summary>One page of a list.</summary>
/// <param name="Items">The objects, kind and apiVersion filled in.</param>
/// <param name="ResourceVersion">Where a watch may start, the same on every page of one list.</param>
/// <param name="Continue">Token for the next page; null on the last.</param>
internal sealed record KubePage<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue)
{
    /// <summary>Objects that exist but can't be read as T.</summary>
    public IReadOnlyList<Unreadable> Unreadable { get; init; } = [];
}
