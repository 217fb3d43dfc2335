namespace GemmaOperator.Builds.Failures;

/// <summary>Says what to do about indexes of packages, where a reason's own advice is about registries.</summary>
internal static class IndexRemedies
{
    /// <summary>Says what lets pip trust an index.</summary>
    public const string UntrustedIndex =
        "Name a ConfigMap with the index's authority in spec.build.caBundleRef, or an index with a certificate of a "
        + "public authority in spec.requirements.indexURL.";

    /// <summary>Says what lets an index take who asks.</summary>
    public const string Unauthorized =
        "Name a Secret with credentials that may read the index in spec.requirements.indexCredentialsRef, or mend the "
        + "one that is named.";

    /// <summary>Says what to do about a package that may be too young.</summary>
    /// <param name="before">When packages must have been in their index.</param>
    public static string TooYoung(string before) =>
        $"Ask for a version in spec.requirements that the index had before {before}, wait until the newer one is old "
        + "enough, or lower spec.requirements.minAge.";

    /// <summary>Says what lets apt trust a repository.</summary>
    public const string UntrustedRepository =
        "Name a ConfigMap with the repository's authority in spec.build.caBundleRef, or take a spec.base.image that "
        + "names another repository.";
}
