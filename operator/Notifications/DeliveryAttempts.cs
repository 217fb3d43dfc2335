namespace GemmaOperator.Notifications;

/// <summary>Remembers what came of telling one receiver of one thing, and when it is told again.</summary>
internal sealed class DeliveryAttempts(Told told, DateTimeOffset due)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private int _count;

    public Told Told { get; set; } = told;

    public DateTimeOffset DueAt { get; private set; } = due;

    /// <summary>Gets the newest answer; null while there was none.</summary>
    public Delivery? Last { get; private set; }

    /// <summary>Gets whether it is to be sent (again).</summary>
    public bool IsOpen => Last is null or { Kind: DeliveryKind.Failed };

    /// <summary>Notes what came of one of them.</summary>
    /// <param name="came">The answer; null: there was none.</param>
    /// <param name="now">Now.</param>
    /// <param name="random">Spreads pauses, 0 to 1.</param>
    public void End(Delivery? came, DateTimeOffset now, double random)
    {
        Last = came ?? Last;
        _count++;
        DueAt = now + Pause(came?.RetryAfter, random);
    }

    /// <summary>Doubles each time, with a fifth more or less so that not all ask at once.</summary>
    private TimeSpan Pause(TimeSpan? asked, double random)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(_count - 1, 10));
        pause = pause < LongestPause ? pause : LongestPause;
        pause = asked > pause ? (asked < LongestPause * 2 ? asked.Value : LongestPause * 2) : pause;
        return pause * (0.8 + (0.4 * random));
    }
}
