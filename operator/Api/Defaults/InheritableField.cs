namespace GemmaOperator.Api.Defaults;

/// <summary>Holds one field that defaults may give, or several that belong together.</summary>
internal sealed record InheritableField
{
    /// <param name="name">Path of the first, by which all are called.</param>
    /// <param name="others">Paths of those that belong to it.</param>
    public InheritableField(string name, params string[] others) => (Name, Paths) = (name, [name, .. others]);

    public string Name { get; }

    public IReadOnlyList<string> Paths { get; }

    /// <summary>
    /// Gets the field of an entry by which a list is merged; null where a list is taken over as a whole, or it is none.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>Gets whether it is a map, which is merged by its keys.</summary>
    public bool IsMap { get; init; }

    /// <summary>Gets the field without which an object doesn't take it over; null: it always does.</summary>
    public string? OnlyWith { get; init; }
}
