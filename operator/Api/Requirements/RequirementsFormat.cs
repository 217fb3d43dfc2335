namespace GemmaOperator.Api.Requirements;

/// <summary>Says how the text of requirements is written.</summary>
internal enum RequirementsFormat
{
    /// <summary>As pip's requirements files are: pip chooses versions, and brings what they need.</summary>
    Requirements,

    /// <summary>As <c>pylock.toml</c> is (PEP 751): all that is installed, each by version and hash.</summary>
    Pylock,
}
