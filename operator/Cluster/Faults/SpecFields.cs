namespace GemmaOperator.Cluster.Faults;

/// <summary>
/// Knows from which fields of the user's spec those of an object come that we write, so that what the API server says
/// of the one can be said of the other.
/// </summary>
/// <param name="Pairs">
/// Path in the object and path in the spec, the most exact first. What follows the former follows the latter, too,
/// where that ends in <c>*</c>.
/// </param>
internal sealed record SpecFields(params IReadOnlyList<(string Object, string Spec)> Pairs)
{
    /// <summary>Knows nothing of an object that is the operator's own.</summary>
    public static readonly SpecFields None = new();

    /// <summary>Returns these and others, which are asked after them.</summary>
    public SpecFields And(SpecFields others) => new([.. Pairs, .. others.Pairs]);

    /// <summary>Returns the spec's field; null when the object's comes from nowhere in particular.</summary>
    /// <param name="path">As the API server writes it: <c>spec.containers[0].resources.limits[cpu]</c>.</param>
    public string? Find(string? path)
    {
        if (path is null)
        {
            return null;
        }

        foreach (var (here, there) in Pairs)
        {
            if (!path.StartsWith(here, StringComparison.Ordinal))
            {
                continue;
            }

            var rest = path[here.Length..];
            if (rest.Length == 0 || rest[0] is '.' or '[')
            {
                return there.EndsWith('*') ? there[..^1] + Rest(rest) : there;
            }
        }

        return null;
    }

    /// <summary>Writes keys of maps as paths in our messages have them; indexes stay.</summary>
    private static string Rest(string rest) =>
        rest.IndexOf('[', StringComparison.Ordinal) is >= 0 and var at
        && rest.EndsWith(']')
        && !rest[(at + 1)..^1].All(char.IsAsciiDigit)
            ? $"{rest[..at]}.{rest[(at + 1)..^1]}"
            : rest;
}
