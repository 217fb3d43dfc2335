using GemmaOperator.Api.Builds;

namespace KubectlGemma.Local;

/// <summary>Holds what came of the check that runs in an image.</summary>
/// <param name="Found">What it proved; null where it wasn't run.</param>
/// <param name="Problem">Why it would be rejected; null where it wouldn't.</param>
/// <param name="Packages">How many packages it lists; null where it doesn't.</param>
/// <param name="Skipped">Why it wasn't run; null where it was.</param>
/// <param name="Took">How long it took.</param>
internal sealed record LocalVerification(
    VerificationStatus? Found,
    string? Problem,
    int? Packages,
    string? Skipped,
    TimeSpan Took
)
{
    public static LocalVerification Not(string why) => new(null, null, null, why, TimeSpan.Zero);
}
