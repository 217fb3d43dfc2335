namespace GemmaOperator.Runtime.Caching;

/// <summary>
/// Holds how far a cache has been read: as a whole, or namespace by namespace where each is listed and watched alone.
/// Versions of one namespace say nothing about another's.
/// </summary>
/// <param name="namespaces">Those that are read one by one; none: all is read as a whole.</param>
internal sealed class CacheVersions(IReadOnlyList<string> namespaces)
{
    private readonly Dictionary<string, string> _versions = new(StringComparer.Ordinal);

    /// <summary>Gets whether all has been listed.</summary>
    public bool HasAll => namespaces.Count == 0 ? Has(ns: null) : namespaces.All(Has);

    /// <summary>Returns the version up to which a namespace has been read; null before its list.</summary>
    public string? Of(string? ns) => _versions.GetValueOrDefault(PartOf(ns));

    /// <summary>Returns true when a namespace has been listed.</summary>
    public bool Has(string? ns) => _versions.ContainsKey(PartOf(ns));

    /// <summary>Notes how far a namespace has been read.</summary>
    public void Set(string? ns, string version) => _versions[PartOf(ns)] = version;

    private string PartOf(string? ns) => namespaces.Count == 0 ? "" : ns ?? "";
}
