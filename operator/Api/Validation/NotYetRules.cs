using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.Text;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// What the API can say and this version doesn't carry out. Asking for it is refused by name: nothing that was asked
/// for is silently left out.
/// </summary>
internal static class NotYetRules
{
    private const string Problem = "this version of the operator doesn't carry it out";

    public static IReadOnlyList<FieldError> Check(GemmaBaseImageSpec spec)
    {
        var findings = new Findings();

        var host = (spec.Output?.Repository ?? "").Split('/')[0];
        Refuse(
            spec.Output?.Credentials?.Type == CredentialsType.WorkloadIdentity && !IsGoogle(host),
            "spec.output.credentials.type",
            "WorkloadIdentity works with Google's registries (*.pkg.dev, *.gcr.io); use a Secret for others"
        );
        return findings.Errors;

        void Refuse(bool asked, string path, string remedy)
        {
            if (asked)
            {
                findings.Add(path, Problem, remedy);
            }
        }
    }

    private static bool IsGoogle(string host) =>
        host == "gcr.io"
        || host.EndsWith(".gcr.io", StringComparison.Ordinal)
        || host.EndsWith(".pkg.dev", StringComparison.Ordinal);
}
