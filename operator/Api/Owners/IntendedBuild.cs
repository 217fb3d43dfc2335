namespace GemmaOperator.Api.Owners;

/// <summary>
/// Says which GemmaBuild an object makes next. It is written before the build is: one that isn't announced so was made
/// by somebody else.
/// </summary>
internal sealed record IntendedBuild
{
    /// <summary>Name of the GemmaBuild.</summary>
    public string Name { get; init; } = "";

    /// <summary>Hash of its spec.</summary>
    public string SpecHash { get; init; } = "";

    /// <summary>
    /// Hashes that were announced before for the same name, newest first, at most <see cref="EarlierLimit"/>: the
    /// build of one may have been made meanwhile, by a process that led before.
    /// </summary>
    public IReadOnlyList<string>? EarlierSpecHashes { get; init; }

    /// <summary>How many earlier hashes are kept.</summary>
    public const int EarlierLimit = 4;
}
