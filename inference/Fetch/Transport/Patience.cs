namespace GemmaInference.Fetch.Transport;

/// <summary>Says how long the other side is waited for, and how often it is asked again.</summary>
/// <param name="Stall">A transfer without a byte for so long is abandoned.</param>
/// <param name="FirstPause">Before the second try; each further pause is twice as long.</param>
/// <param name="LongestPause">Bounds pauses; what the other side asks for is bounded by ten times as much.</param>
/// <param name="Attempts">Tries in a row without a byte of progress.</param>
internal sealed record Patience(TimeSpan Stall, TimeSpan FirstPause, TimeSpan LongestPause, int Attempts)
{
    public static Patience Default { get; } =
        new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), 7);

    /// <summary>Returns the pause after a number of failed tries, the jitter left to the caller.</summary>
    /// <param name="failures">One or more.</param>
    /// <param name="asked">What the other side asked for.</param>
    public TimeSpan Pause(int failures, TimeSpan? asked)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - 1, 16));
        pause = pause < LongestPause ? pause : LongestPause;
        return asked is { } wish && wish > pause
            ? TimeSpan.FromTicks(Math.Min(wish.Ticks, 10 * LongestPause.Ticks))
            : pause;
    }
}
