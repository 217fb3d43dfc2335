namespace GemmaOperator.Builds.Failures;

/// <content>What a lock (<c>spec.requirements.format</c>) needs of the base.</content>
internal sealed partial record FailureReason
{
    public static readonly FailureReason LockForOtherBase = new(
        "LockForOtherBase",
        "The lock in spec.requirements is for another Python, or another system, than the base's.",
        "Make the lock in spec.requirements anew for the base's Python and Linux, or name a base in spec.base that it "
            + "is for.",
        false
    );
}
