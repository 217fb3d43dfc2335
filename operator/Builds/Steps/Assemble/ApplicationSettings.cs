namespace GemmaOperator.Builds.Steps.Assemble;

/// <summary>Says what the application image's config says besides what it takes from its two parts.</summary>
internal sealed record ApplicationSettings
{
    /// <summary>Numeric <c>uid:gid</c>, so that a kubelet can check runAsNonRoot.</summary>
    public required string User { get; init; }

    public required int Port { get; init; }

    /// <summary>
    /// Gets the creation time in the config (UTC); given, so that the result depends on the arguments alone.
    /// </summary>
    public required DateTime Created { get; init; }

    public IReadOnlyDictionary<string, string> Env { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Labels { get; init; } =
        new Dictionary<string, string>(StringComparer.Ordinal);
}
