namespace StandIns.Hub;

/// <summary>Says what goes wrong with requests, on purpose.</summary>
public abstract record HubFault
{
    private int _left = int.MaxValue;

    private HubFault() { }

    /// <summary>Gets a part of the addresses that it hits; empty: all.</summary>
    public string Path { get; init; } = "";

    /// <summary>Sets how many requests it hits.</summary>
    public int Times
    {
        init => _left = value;
    }

    internal bool Takes(string path) =>
        path.Contains(Path, StringComparison.Ordinal) && Interlocked.Decrement(ref _left) >= 0;

    /// <summary>Sends an answer instead of the right one.</summary>
    public sealed record Answers(int Status, int? RetryAfterSeconds = null, string? ErrorCode = null) : HubFault;

    /// <summary>Sends a redirect instead of the right answer.</summary>
    public sealed record Redirects(Uri To) : HubFault;

    /// <summary>Sends nothing any more after so many bytes of a body.</summary>
    public sealed record Stalls(long AfterBytes) : HubFault;

    /// <summary>Cuts the connection after so many bytes of a body.</summary>
    public sealed record Cuts(long AfterBytes) : HubFault;

    /// <summary>Changes a byte of the body.</summary>
    public sealed record Spoils : HubFault;

    /// <summary>Ranges are not understood: the whole file comes, with 200.</summary>
    public sealed record IgnoresRanges : HubFault;
}
