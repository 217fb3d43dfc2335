namespace GemmaOperator.Build;

/// <summary>What the operator's administrator says about all builds.</summary>
internal sealed record KanikoOptions
{
    public static KanikoOptions Default { get; } = new();

    /// <summary>
    /// Mirrors by registry host, in the order they are tried; the registry itself comes last. A mirror that starts with
    /// <c>http://</c> is asked without TLS.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RegistryMirrors { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
}
