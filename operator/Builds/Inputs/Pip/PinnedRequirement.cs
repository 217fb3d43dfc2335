namespace GemmaOperator.Builds.Inputs.Pip;

/// <summary>Holds one Python requirement as pip reads it (PEP 508 by name, never by address).</summary>
/// <param name="Name">Name as written, for example <c>ruamel.yaml</c>.</param>
/// <param name="Extras">Extras, normalised and sorted.</param>
/// <param name="Specifiers">Version clauses such as <c>&gt;=4.40</c>, sorted; empty means any version.</param>
/// <param name="Marker">Environment marker without the semicolon, or null.</param>
/// <param name="Hashes">Hashes such as <c>sha256:…</c>, sorted.</param>
/// <param name="Line">First line in the file, from 1; 0 where nobody knows.</param>
internal sealed record PinnedRequirement(
    string Name,
    IReadOnlyList<string> Extras,
    IReadOnlyList<string> Specifiers,
    string? Marker,
    IReadOnlyList<string> Hashes,
    int Line
)
{
    /// <summary>Gets the name as indexes compare it: lower case, runs of <c>-_.</c> as one hyphen (PEP 503).</summary>
    public string NormalizedName => Normalize(Name);

    /// <summary>Decides whether exactly one version fits, which <c>--require-hashes</c> needs.</summary>
    public bool IsPinned =>
        Specifiers.Count == 1
        && Specifiers[0].StartsWith("==", StringComparison.Ordinal)
        && !Specifiers[0].Contains('*');

    /// <summary>Renders one line in pip's format; the same for the same meaning, however it was written.</summary>
    public override string ToString()
    {
        var extras = Extras.Count == 0 ? "" : $"[{string.Join(',', Extras)}]";
        var marker = Marker is null ? "" : $" ; {Marker}";
        var hashes = string.Concat(Hashes.Select(hash => $" --hash={hash}"));
        return $"{NormalizedName}{extras}{string.Join(',', Specifiers)}{marker}{hashes}";
    }

    public static string Normalize(string name)
    {
        var parts = name.Split(['-', '_', '.'], StringSplitOptions.RemoveEmptyEntries);
        return string.Join('-', parts).ToLowerInvariant();
    }
}
