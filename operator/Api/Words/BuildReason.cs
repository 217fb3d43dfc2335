namespace GemmaOperator.Api.Words;

/// <summary>Says why a build is due, in the order in which a reader cares.</summary>
internal enum BuildReason
{
    Initial,
    SpecChange,
    RequirementsChange,
    BaseDigestChange,

    /// <summary>The channel took another version of the base, or went back from one that failed.</summary>
    BaseVersionChange,
    Requested,

    /// <summary>The published image says which packages a build would bring.</summary>
    PackagesMoved,
    Schedule,

    /// <summary>What is published has a vulnerability with a fix.</summary>
    VulnerabilityFix,

    /// <summary>Never alone: the operator makes images otherwise than when the build before ran.</summary>
    OperatorUpgrade,
}
