using System.Text.RegularExpressions;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Builds.Inputs;

namespace GemmaOperator.Builds.Steps.Kaniko;

/// <summary>Reads what apt says of packages that it couldn't install or update.</summary>
internal static partial class AptDiagnosis
{
    public static ClassifiedFailure? Diagnose(FailedLog log)
    {
        var isUpdate = log.HasFailed(RunStepName.SystemUpdates);
        if (!isUpdate && !log.HasFailed(RunStepName.SystemPackages) && log.Last(AptError()) is null)
        {
            return null;
        }

        // apt tells of a key that it doesn't know, and then that it failed to fetch.
        if (log.FirstOfStep(BadKey()) is { } key)
        {
            return log.Failed(FailureReason.RepositoryKeyRejected, key);
        }

        if (log.FirstOfStep(Untrusted()) is { } untrusted)
        {
            return log.Failed(
                FailureReason.CertificateNotTrusted,
                untrusted,
                remedy: IndexRemedies.UntrustedRepository
            );
        }

        return log.Last(AptNetwork()) is { } network ? log.Failed(FailureReason.PackageIndexUnavailable, network)
            : isUpdate ? log.Failed(FailureReason.SystemUpdateFailed, log.First(AptError()) ?? "apt-get upgrade failed")
            : log.Failed(FailureReason.SystemPackageFailed, log.First(AptError()) ?? "apt-get install failed");
    }

    private const RegexOptions Options =
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking | RegexOptions.IgnoreCase;

    /// <summary>apt-get writes "E:", apt 3 under its own name "Error:".</summary>
    [GeneratedRegex(
        @"^(E|Error): (Unable to locate package|Version .* was not found|Package .* has no installation "
            + @"candidate|Unable to correct problems|Unable to satisfy dependencies|Unmet "
            + @"dependencies|Sub-process|Some packages could not be|dpkg was interrupted|Couldn't find any package|The "
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

    /// <summary>gpgv's status words, and apt's own sentences around them; sqv's since apt 3.</summary>
    [GeneratedRegex(
        @"NO_PUBKEY|EXPKEYSIG|REVKEYSIG|KEYEXPIRED|public key is not available|signatures couldn't be verified|"
            + @"signatures were invalid|Sub-process /usr/bin/sqv returned an error|Missing key [0-9A-F]+",
        Options
    )]
    private static partial Regex BadKey();

    [GeneratedRegex("Certificate verification failed|certificate is NOT trusted", Options)]
    private static partial Regex Untrusted();
}
