using System.Text.RegularExpressions;
using GemmaOperator.Builds.Failures;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// Reads the kind of failure from the end of an executor's log. An ordered list of rules, and the order is the policy:
/// what ends a build from outside (disk, memory) comes before the step it ended, the push before the pull.
/// </summary>
internal static partial class LogDiagnosis
{
    /// <summary>Every rule answers null when the log says nothing to it.</summary>
    private static readonly Func<FailedLog, ClassifiedFailure?>[] Rules =
    [
        Disk,
        Memory,
        Push,
        Base,
        PipDiagnosis.Diagnose,
        AptDiagnosis.Diagnose,
        Usage,
        StepDiagnosis.Diagnose,
    ];

    /// <summary>Reads the kind of failure; null when the log says nothing that is known.</summary>
    public static ClassifiedFailure? Diagnose(FailedLog log) =>
        Rules.Select(rule => rule(log)).FirstOrDefault(failure => failure is not null);

    /// <summary>Returns the line by which a log tells of a disk that is full; null where it doesn't.</summary>
    public static string? FullDisk(FailedLog log) => log.Last(NoSpace());

    private static ClassifiedFailure? Disk(FailedLog log) =>
        FullDisk(log) is { } line ? log.Failed(FailureReason.EphemeralStorageExceeded, line) : null;

    private static ClassifiedFailure? Memory(FailedLog log) =>
        log.Last(Killed()) is { } line ? log.Failed(FailureReason.OutOfMemory, $"A step was killed: {line}") : null;

    private static ClassifiedFailure? Push(FailedLog log)
    {
        if (log.Last(PushError()) is not { } line)
        {
            return null;
        }

        if (Unauthorized().IsMatch(line))
        {
            return log.Failed(
                FailureReason.AuthenticationFailed,
                $"The registry doesn't know the credentials for pushing: {line}"
            );
        }

        if (Denied().IsMatch(line))
        {
            return log.Failed(FailureReason.AuthenticationFailed, $"The credentials may not push: {line}");
        }

        if (Untrusted().IsMatch(line))
        {
            return log.Failed(FailureReason.CertificateNotTrusted, line);
        }

        return log.Failed(FailureReason.PushFailed, line, !Permanent().IsMatch(line));
    }

    private static ClassifiedFailure? Base(FailedLog log)
    {
        if (log.Last(BaseError()) is not { } line)
        {
            return null;
        }

        if (Untrusted().IsMatch(line))
        {
            return log.Failed(FailureReason.CertificateNotTrusted, line);
        }

        if (NotFound().IsMatch(line))
        {
            return log.Failed(FailureReason.BaseImageNotFound, line);
        }

        if (Unauthorized().IsMatch(line) || Denied().IsMatch(line))
        {
            return log.Failed(
                FailureReason.AuthenticationFailed,
                $"With these credentials the base image can't be pulled: {line}"
            );
        }

        return log.Failed(FailureReason.BaseImageUnavailable, line);
    }

    /// <summary>It says what is wrong before its usage text, which is longer than what is kept of a log.</summary>
    private static ClassifiedFailure? Usage(FailedLog log) =>
        log.Text.Contains("Use \"executor [command] --help\"", StringComparison.Ordinal)
            ? log.Failed(
                FailureReason.ExecutorFailed,
                "The executor printed its usage and built nothing: it doesn't take one of its flags "
                    + "(spec.build.executorImage may be another version, see spec.build.extraArgs), or the scratch "
                    + "volume has no room for it",
                isTransient: false
            )
            : null;

    private const RegexOptions Options =
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase;

    [GeneratedRegex("no space left on device|disk quota exceeded|errno 28|don't have enough free space in", Options)]
    private static partial Regex NoSpace();

    /// <summary>Go's text for a child that a signal ended, and the shell's exit status for it (128 + 9).</summary>
    [GeneratedRegex("signal: killed|exit status 137|cannot allocate memory|MemoryError", Options)]
    private static partial Regex Killed();

    [GeneratedRegex(
        "error checking push permissions|error pushing image|failed to push to "
            + "destination|checking push permission for",
        Options
    )]
    private static partial Regex PushError();

    [GeneratedRegex(
        @"unauthorized|status code 401|\b401\b|authentication required|incorrect username or password",
        Options
    )]
    private static partial Regex Unauthorized();

    [GeneratedRegex(
        @"\bdenied\b|forbidden|status code 403|\b403\b|does not have "
            + @"permission|insufficient_scope|no basic auth credentials",
        Options
    )]
    private static partial Regex Denied();

    /// <summary>Answers that the same push will get again.</summary>
    [GeneratedRegex(
        @"immutable|TAG_INVALID|NAME_INVALID|NAME_UNKNOWN|MANIFEST_INVALID|UNSUPPORTED:|status code "
            + @"(400|404|405|409|413)|x509|server gave HTTP response to HTTPS client",
        Options
    )]
    private static partial Regex Permanent();

    [GeneratedRegex(
        @"error building image: .*(get|head) ""?https?://[^ ]*/v2/|error building image: "
            + @".*(manifests/|token\?|retriev|failed to get filesystem from image|failed to get "
            + @"baseimage|MANIFEST_UNKNOWN|stream error|unexpected EOF|toomanyrequests)|failed to get filesystem "
            + @"from image|failed to get baseimage|image not found on any configured",
        Options
    )]
    private static partial Regex BaseError();

    [GeneratedRegex(@"MANIFEST_UNKNOWN|NAME_UNKNOWN|status code 404|manifest unknown|not found", Options)]
    private static partial Regex NotFound();

    /// <summary>Go's crypto/x509 and crypto/tls: no repetition makes a certificate another one.</summary>
    [GeneratedRegex("x509: |tls: failed to verify certificate", Options)]
    private static partial Regex Untrusted();
}
