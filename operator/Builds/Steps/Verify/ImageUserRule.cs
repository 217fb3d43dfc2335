using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>
/// Says what the user in an image's config is worth, before any pod starts: the kubelet can check <c>runAsNonRoot</c>
/// only
/// for a number, and an empty user is root (OCI image-spec, config.md).
/// </summary>
internal static class ImageUserRule
{
    /// <summary>Says what is wrong with the user; null when it is a number other than 0.</summary>
    public static string? Problem(string user)
    {
        var name = user.Split(':')[0];
        return name switch
        {
            "" => "its config names no user, so it runs as root",
            _ when !name.All(char.IsAsciiDigit) =>
                $"its config's user {UntrustedText.Show(user)} is a name, which a kubelet can't check; it must be a number",
            _ when !long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
                    || uid > int.MaxValue => $"its config's user {UntrustedText.Show(user)} is no user id",
            _ when name.All(c => c == '0') => $"its config's user {UntrustedText.Show(user)} is root",
            _ => null,
        };
    }

    /// <summary>
    /// Says what is known of the candidate after a look at its config; the failure when that rejects it.
    /// </summary>
    public static VerifyVerdict Judge(VerificationTemplate verification, string user)
    {
        var shown = UntrustedText.Shorten(user, 200);
        var problem = Problem(user);
        var rejects = problem is not null && verification.NonRoot == NonRootPolicy.Enforce;
        return new VerifyVerdict(
            new VerificationStatus { User = shown, Warnings = problem is null || rejects ? [] : [problem] },
            rejects ? ClassifiedFailure.Of(FailureReason.RunsAsRoot, problem!) : null
        );
    }
}
