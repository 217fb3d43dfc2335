namespace KubectlGemma.Output;

/// <summary>Lists the exit codes; docs/cli.md tells them.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>What was waited for failed, or a check did.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a manifest, is wrong.</summary>
    public const int Usage = 2;

    /// <summary>There is no such object, or no such kind.</summary>
    public const int NotFound = 3;

    /// <summary>The API server knows you and doesn't let you, or doesn't know you.</summary>
    public const int NotAllowed = 4;

    /// <summary>There is no usable kubeconfig, or no answer.</summary>
    public const int NoCluster = 5;

    /// <summary>The API server, or the state of the object, doesn't allow it.</summary>
    public const int Refused = 6;

    /// <summary>The time of <c>--timeout</c> is over.</summary>
    public const int TimedOut = 7;

    public const int Interrupted = 130;

    /// <summary>Nobody reads the output any more, while more was to come: as shells count SIGPIPE.</summary>
    public const int Unread = 141;
}
