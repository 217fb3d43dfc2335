namespace GemmaOperator.Runtime.Contracts;

/// <summary>Holds one page of a list.</summary>
/// <param name="Items">The objects, kind and apiVersion filled in.</param>
/// <param name="ResourceVersion">Where a watch may start, the same on every page of one list.</param>
/// <param name="Continue">Token for the next page; null on the last.</param>
public sealed record KubePage<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue)
{
    /// <summary>Gets the objects that exist but can't be read as T.</summary>
    public IReadOnlyList<Unreadable> Unreadable { get; init; } = [];
}
