namespace GemmaOperator.Api.Updates;

/// <summary>Says which updates of its operating system an image is given.</summary>
internal enum SystemUpdatePolicy
{
    /// <summary>All that the base's package repositories have.</summary>
    All,

    /// <summary>Those of the distribution's security suites.</summary>
    Security,

    /// <summary>None.</summary>
    None,
}
