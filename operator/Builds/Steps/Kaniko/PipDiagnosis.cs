using System.Text.RegularExpressions;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Inputs.Cooldowns;
using GemmaOperator.Builds.Inputs.Locks;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Reads what pip says of a requirement that it couldn't install.</summary>
internal static partial class PipDiagnosis
{
    /// <summary>Bounds what is told of which requirements are in conflict, so that the cause has room.</summary>
    private const int MostOfConflict = 360;

    public static ClassifiedFailure? Diagnose(FailedLog log)
    {
        if (!log.HasFailed(RunStepName.Requirements) && log.Last(PipError()) is null)
        {
            return null;
        }

        if (log.Last(OtherBase()) is { } other)
        {
            return log.Failed(FailureReason.LockForOtherBase, other[LockedInstall.Speaker.Length..]);
        }

        if (log.Last(Dateless()) is { } dateless)
        {
            return log.Failed(FailureReason.IndexLacksDates, PipLine.Readable(dateless));
        }

        // A conflict of many may be longer than the end of a log.
        if ((log.Last(PipVerdict()) ?? log.FirstOfStep(PipVerdict())) is { } verdict)
        {
            return log.Failed(
                FailureReason.DependencyResolutionFailed,
                string.Join(
                    ' ',
                    [
                        Truncation.Shorten(Restored(log.FirstOfStep(PipConflict()) ?? verdict), MostOfConflict),
                        .. Causes(log),
                    ]
                )
            );
        }

        if (CudaDiagnosis.Diagnose(log) is { } cuda)
        {
            return cuda;
        }

        if (log.FirstOfStep(Untrusted()) is { } untrusted)
        {
            return log.Failed(
                FailureReason.CertificateNotTrusted,
                PipLine.Readable(untrusted),
                remedy: IndexRemedies.UntrustedIndex
            );
        }

        if (log.FirstOfStep(Unauthorized()) is { } unauthorized)
        {
            return log.Failed(
                FailureReason.AuthenticationFailed,
                PipLine.Readable(unauthorized),
                remedy: IndexRemedies.Unauthorized
            );
        }

        // pip says "No matching distribution" for an index that it couldn't reach, too.
        if (log.Last(Network()) is { } network)
        {
            return log.Failed(FailureReason.PackageIndexUnavailable, PipLine.Readable(network));
        }

        if (log.Last(NoPip()) is { } tooOld)
        {
            return log.Failed(FailureReason.PipTooOldForAge, $"{tooOld}, and {Cooldown.Pip} can't be installed");
        }

        var error = Restored(log.First(PipError()) ?? "pip install failed");
        // What a package's own build said is nearer to the cause than pip's word for it.
        var cause = Wrapper().IsMatch(error) ? log.FirstOfStep(Exception()) : null;
        return log.Failed(
            FailureReason.DependencyResolutionFailed,
            cause is null || cause == error ? error : $"{error}: {cause}",
            remedy: log.Resolved.UploadedBefore is { } before && Absent().IsMatch(error)
                ? IndexRemedies.TooYoung(Cooldown.TextOf(before))
                : null
        );

        string Restored(string line) => log.Resolved.Requirements.Restore(line);
    }

    /// <summary>pip lists them in indented lines, up to an empty one.</summary>
    private static IEnumerable<string> Causes(FailedLog log)
    {
        const string Heading = "The conflict is caused by:";
        var said = log.StepOutput;
        var start = said.LastIndexOf(Heading, StringComparison.Ordinal);
        if (start < 0)
        {
            return [];
        }

        var causes = said[(start + Heading.Length)..]
            .Split('\n')
            .Skip(1)
            .TakeWhile(line => line.StartsWith(' ') && line.Trim().Length > 0)
            .Select(line => log.Resolved.Requirements.Restore(line.Trim()));
        return [$"{Heading} {string.Join("; ", causes)}"];
    }

    private const RegexOptions Options =
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase;

    /// <summary>Matches pip's refusal of an index without times (index/package_finder.py).</summary>
    [GeneratedRegex(@"does not provide upload-time metadata", Options)]
    private static partial Regex Dateless();

    [GeneratedRegex("No matching distribution found|Could not find a version that satisfies", Options)]
    private static partial Regex Absent();

    [GeneratedRegex("^" + Cooldown.NoPipMarker + "$", Options)]
    private static partial Regex NoPip();

    [GeneratedRegex("^" + LockedInstall.OtherBase, Options)]
    private static partial Regex OtherBase();

    /// <summary>Matches what no connection has to do with, however many retries pip tells of before.</summary>
    [GeneratedRegex(
        @"ResolutionImpossible|resolution-too-deep|have conflicting dependencies|DO NOT MATCH THE HASHES|In "
            + @"--require-hashes mode|Invalid requirement|requires a different "
            + @"Python|uninstall-no-record-file|externally-managed-environment",
        Options
    )]
    private static partial Regex PipVerdict();

    [GeneratedRegex(@"ERROR: Cannot install|have conflicting dependencies", Options)]
    private static partial Regex PipConflict();

    /// <summary>
    /// As pip 24 to 26 print them; its newer errors are names of their own
    /// (src/pip/_internal/exceptions.py, reference).
    /// </summary>
    [GeneratedRegex(
        @"No matching distribution found|Could not find a version that satisfies|ERROR: Cannot "
            + @"install|ERROR: Could not install packages|HTTP error \d+ while getting|Hashes are required in "
            + @"--require-hashes|ERROR: Ignored the following|metadata-generation-failed|Failed building "
            + @"wheel|Could not build wheels|Failed to build installable "
            + @"wheels|failed-wheel-build-for-install|subprocess-exited-with-error|ResolutionImpossible|"
            + @"resolution-too-deep|have conflicting dependencies|DO NOT MATCH THE HASHES|In --require-hashes "
            + @"mode|Invalid requirement|requires a different "
            + @"Python|uninstall-no-record-file|externally-managed-environment",
        Options
    )]
    private static partial Regex PipError();

    [GeneratedRegex(
        @"ReadTimeoutError|ConnectTimeoutError|NewConnectionError|NameResolutionError|ProtocolError|"
            + @"Connection (reset|refused|aborted|broken)|Temporary failure in name resolution|Could not fetch "
            + @"URL|Max retries exceeded|Read timed out|(500|502|503|504) (Server Error|Internal|Bad "
            + @"Gateway|Service)|429 (Client Error|Too Many)|HTTP error (429|5\d\d) while "
            + @"getting|IncompleteRead|SSLEOFError",
        Options
    )]
    private static partial Regex Network();

    /// <summary>
    /// Matches an index, or what holds its files, that doesn't know who asks; 403 is also the word of one that holds a
    /// package back.
    /// </summary>
    [GeneratedRegex(@"\b401 (Client Error|Error, Credentials not correct)|HTTP error 401 while getting", Options)]
    private static partial Regex Unauthorized();

    /// <summary>Python's ssl module, in pip's own words and in those of curl and OpenSSL.</summary>
    [GeneratedRegex(
        "CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError|unable to get local issuer certificate",
        Options
    )]
    private static partial Regex Untrusted();

    /// <summary>Matches pip's words for the failure of a program that it called.</summary>
    [GeneratedRegex(
        "metadata-generation-failed|subprocess-exited-with-error|failed-wheel-build-for-install|Failed building wheel|"
            + "Could not build wheels|Failed to build installable wheels",
        Options
    )]
    private static partial Regex Wrapper();

    [GeneratedRegex(@"^\s*([A-Za-z_.]+(Error|Exception)|fatal error|.*: fatal error): ", Options)]
    private static partial Regex Exception();
}
