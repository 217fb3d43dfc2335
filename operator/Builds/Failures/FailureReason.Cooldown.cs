namespace GemmaOperator.Builds.Failures;

/// <content>What <c>spec.requirements.minAge</c> needs of others.</content>
internal sealed partial record FailureReason
{
    public static readonly FailureReason IndexLacksDates = new(
        "IndexLacksDates",
        "A package index doesn't tell when its packages were uploaded, which spec.requirements.minAge needs.",
        "Name an index that has upload-time (PEP 700), as PyPI has, in spec.requirements.indexURL, take the one that "
            + "lacks it out of spec.requirements.extraIndexURLs, or leave out spec.requirements.minAge.",
        false
    );

    public static readonly FailureReason PipTooOldForAge = new(
        "PipTooOldForAge",
        "The base's pip can't leave out packages that are younger than spec.requirements.minAge, and the index has "
            + "none that can.",
        "Put pip 26.0.1 in the index that spec.requirements.indexURL names, take a base with Python 3.9 and pip 26 or "
            + "newer in spec.base, or leave out spec.requirements.minAge.",
        false
    );
}
