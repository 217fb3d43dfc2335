namespace StandIns;

/// <summary>Describes a failure that a simulated container shows on purpose.</summary>
/// <param name="Lines">Lines of its log; the last ones end up in the termination message.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Reason">The kubelet's word, for example OOMKilled.</param>
/// <param name="Eviction">Why the node evicts the pod.</param>
/// <param name="Hangs">It does nothing until it is stopped.</param>
/// <param name="Message">What it wrote to its termination log.</param>
public sealed record SimulatedFault(
    IReadOnlyList<string> Lines,
    int ExitCode = 1,
    string? Reason = null,
    string? Eviction = null,
    bool Hangs = false,
    string Message = ""
)
{
    /// <summary>Ends as one whose memory the kernel wanted back.</summary>
    public static readonly SimulatedFault OutOfMemory = new(["INFO[0042] Unpacking rootfs"], 137, "OOMKilled");

    /// <summary>Ends as a build that fills its scratch volume.</summary>
    public static readonly SimulatedFault DiskFull = new(
        ["INFO[0042] Unpacking rootfs"],
        137,
        null,
        "Usage of EmptyDir volume \"scratch\" exceeds the limit \"100Gi\". "
    );

    /// <summary>Never ends by itself.</summary>
    public static readonly SimulatedFault Hang = new([], Hangs: true);

    /// <summary>Ends as a build whose pip finds no set of packages.</summary>
    public static readonly SimulatedFault Pip = new([
        "INFO[0012] RUN pip install -r requirements.txt",
        "ERROR: Could not find a version that satisfies the requirement nosuchpackage==9.9 (from versions: none)",
        "ERROR: No matching distribution found for nosuchpackage==9.9",
        "error building image: error building stage: failed to execute command: waiting for "
            + "process to exit: exit status 1",
    ]);

    /// <summary>Ends as a build whose push the registry refuses.</summary>
    public static readonly SimulatedFault PushDenied = new([
        "error checking push permissions -- make sure you entered the correct tag name, and that you are "
            + "authenticated correctly, and try again: checking push permission for \"registry/team/base:b1\": "
            + "POST https://registry/v2/team/base/blobs/uploads/: UNAUTHORIZED: authentication required",
    ]);
}
