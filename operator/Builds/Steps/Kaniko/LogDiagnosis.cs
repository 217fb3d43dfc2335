using System.Text.RegularExpressions;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>
/// Reads the kind of failure from the end of an executor's log. An ordered list of rules, and the order is the policy:
/// what ends a build from outside (disk, memory) comes before the step it ended, the push before the pull.
/// </summary>
internal static partial class LogDiagnosis
{
    /// <summary>Every rule answers null when the log says nothing to it.</summary>
    private static readonly Func<string, ClassifiedFailure?>[] Rules =
    [
        Disk,
        Memory,
        Push,
        Base,
        Requirements,
        SystemPackages,
        Usage,
    ];

    /// <summary>Reads the kind of failure; null when the log says nothing that is known.</summary>
    /// <param name="tail">What the failure is read from.</param>
    /// <param name="whole">What its step is looked for in.</param>
    /// <param name="dockerfile">Text of the Dockerfile, to name the line; may be empty.</param>
    public static ClassifiedFailure? Diagnose(LogTail tail, WholeLog whole, string dockerfile) =>
        Rules.Select(rule => rule(tail.Text)).FirstOrDefault(failure => failure is not null)
        ?? Step(tail.Text, whole, dockerfile);

    private static ClassifiedFailure? Disk(string log) =>
        Line(log, NoSpace()) is { } line ? Failed(FailureReason.EphemeralStorageExceeded, line, log) : null;

    private static ClassifiedFailure? Memory(string log) =>
        Line(log, Killed()) is { } line ? Failed(FailureReason.OutOfMemory, $"A step was killed: {line}", log) : null;

    private static ClassifiedFailure? Push(string log)
    {
        if (Line(log, PushError()) is not { } line)
        {
            return null;
        }

        if (Unauthorized().IsMatch(line))
        {
            return Failed(
                FailureReason.AuthenticationFailed,
                $"The registry doesn't know the credentials for pushing: {line}",
                log
            );
        }

        if (Denied().IsMatch(line))
        {
            return Failed(FailureReason.AuthenticationFailed, $"The credentials may not push: {line}", log);
        }

        return Failed(FailureReason.PushFailed, line, log, !Permanent().IsMatch(line));
    }

    private static ClassifiedFailure? Base(string log)
    {
        if (Line(log, BaseError()) is not { } line)
        {
            return null;
        }

        if (NotFound().IsMatch(line))
        {
            return Failed(FailureReason.BaseImageNotFound, line, log);
        }

        if (Unauthorized().IsMatch(line) || Denied().IsMatch(line))
        {
            return Failed(
                FailureReason.AuthenticationFailed,
                $"With these credentials the base image can't be pulled: {line}",
                log
            );
        }

        return Failed(FailureReason.BaseImageUnavailable, line, log);
    }

    private static ClassifiedFailure? Requirements(string log)
    {
        if (!HasFailed(log, RunStepName.Requirements) && Line(log, PipError()) is null)
        {
            return null;
        }

        if (Line(log, PipVerdict()) is { } verdict)
        {
            return Failed(FailureReason.DependencyResolutionFailed, FirstLine(log, PipConflict()) ?? verdict, log);
        }

        // pip says "No matching distribution" for an index that it couldn't reach, too.
        if (Line(log, Network()) is { } network)
        {
            return Failed(FailureReason.PackageIndexUnavailable, PipLine.Readable(network), log);
        }

        return Failed(
            FailureReason.DependencyResolutionFailed,
            FirstLine(log, PipError()) ?? "pip install failed",
            log
        );
    }

    private static ClassifiedFailure? SystemPackages(string log)
    {
        if (!HasFailed(log, RunStepName.SystemPackages) && Line(log, AptError()) is null)
        {
            return null;
        }

        if (Line(log, AptNetwork()) is { } network)
        {
            return Failed(FailureReason.PackageIndexUnavailable, network, log);
        }

        return Failed(FailureReason.SystemPackageFailed, FirstLine(log, AptError()) ?? "apt-get install failed", log);
    }

    private static ClassifiedFailure? Step(string log, WholeLog whole, string dockerfile)
    {
        if (Line(log, StepError()) is not { } line)
        {
            return null;
        }

        var step = DockerfileStep.Last(whole.Text, dockerfile);
        var markers = log.Split('\n').Where(said => Marker().IsMatch(said));
        return Failed(
            FailureReason.DockerfileStepFailed,
            string.Join(": ", [.. step is null ? (string[])[] : [step], .. markers, line]),
            log
        );
    }

    /// <summary>It says what is wrong before its usage text, which is longer than what is kept of a log.</summary>
    private static ClassifiedFailure? Usage(string log) =>
        log.Contains("Use \"executor [command] --help\"", StringComparison.Ordinal)
            ? Failed(
                FailureReason.ExecutorFailed,
                "The executor printed its usage and built nothing: it doesn't take one of its flags "
                    + "(spec.build.executorImage may be another version, see spec.build.extraArgs), or the scratch "
                    + "volume has no room for it",
                log,
                isTransient: false
            )
            : null;

    private static ClassifiedFailure Failed(
        FailureReason reason,
        string detail,
        string log,
        bool? isTransient = null
    ) => ClassifiedFailure.Of(reason, detail, KanikoJob.Container, log, isTransient);

    /// <summary>
    /// At a line's beginning: the executor also prints each step's text, and with it what the step would say.
    /// </summary>
    private static bool HasFailed(string log, string step) =>
        log.Split('\n')
            .Any(line =>
                line.StartsWith($"{RunStepName.Marker} {step} failed with exit status ", StringComparison.Ordinal)
            );

    /// <summary>Returns the last line that fits: the end of a log is nearest to the cause.</summary>
    private static string? Line(string log, Regex pattern) =>
        log.Split('\n').LastOrDefault(line => pattern.IsMatch(line))?.Trim();

    private static string? FirstLine(string log, Regex pattern) =>
        log.Split('\n').FirstOrDefault(line => pattern.IsMatch(line))?.Trim();

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

    /// <summary>apt-get writes "E:", apt 3 under its own name "Error:".</summary>
    [GeneratedRegex(
        @"^(E|Error): (Unable to locate package|Version .* was not found|Package .* has no installation "
            + @"candidate|Unable to correct problems|Unable to satisfy dependencies|Unmet "
            + @"dependencies|Sub-process|Some packages could not be|Couldn't find any package|The "
            + @"repository|Release file for|Failed to fetch|Unable to fetch|Some index files failed)|has unmet "
            + @"dependencies|is not going to be installed|dpkg: error",
        Options
    )]
    private static partial Regex AptError();

    [GeneratedRegex(
        @"Temporary failure resolving|Could not resolve|Failed to fetch|Unable to fetch|Could not "
            + @"connect|Connection (timed out|failed|refused)|Hash Sum mismatch|File has unexpected "
            + @"size|Undetermined Error|Mirror sync in progress",
        Options
    )]
    private static partial Regex AptNetwork();

    [GeneratedRegex(
        @"failed to execute command|error building stage|parse error|parsing dockerfile|dockerfile "
            + @"parse|resolving src|error building image|error resolving dockerfile",
        Options
    )]
    private static partial Regex StepError();

    [GeneratedRegex("^gemma-operator: ", Options)]
    private static partial Regex Marker();
}
