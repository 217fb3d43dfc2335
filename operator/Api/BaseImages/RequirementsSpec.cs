using GemmaOperator.Api.Access;
using GemmaOperator.Api.Requirements;
using GemmaOperator.Api.Words;

namespace GemmaOperator.Api.BaseImages;

/// <summary>
/// Holds Python requirements in pip's format or as a lock, by at most one of <c>inline</c> and <c>configMapRef</c>.
/// </summary>
internal sealed record RequirementsSpec
{
    /// <summary>The text itself.</summary>
    public string Inline { get; init; } = "";

    /// <summary>How the text is written; null means pip's format.</summary>
    public WireEnum<RequirementsFormat>? Format { get; init; }

    /// <summary>
    /// A ConfigMap that holds the text; its key is <see cref="RequirementsKey.Default"/> unless given.
    /// </summary>
    public KeyReference? ConfigMapRef { get; init; }

    /// <summary>Index to use instead of PyPI; https only.</summary>
    public string IndexURL { get; init; } = "";

    /// <summary>Additional indexes; https only.</summary>
    public IReadOnlyList<string> ExtraIndexURLs { get; init; } = [];

    /// <summary>Credentials for these indexes, in netrc's form; only the step that installs has them.</summary>
    public NetrcReference? IndexCredentialsRef { get; init; }

    /// <summary>
    /// How long a package must have been in its index to be installed; absent: not at all.
    /// </summary>
    public WireDuration? MinAge { get; init; }

    /// <summary>Every requirement must carry a <c>--hash</c>.</summary>
    public bool RequireHashes { get; init; }
}
