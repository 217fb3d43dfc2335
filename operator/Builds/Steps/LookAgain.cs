namespace GemmaOperator.Builds.Steps;

/// <summary>
/// Says when a reconcile is followed by another. No step relies on being woken by its own write to the status.
/// </summary>
internal abstract record LookAgain
{
    /// <summary>
    /// Bounds the wait from below. Clocks are read in whole seconds in places: a look a moment too early would find
    /// nothing due, and would be repeated at once, again and again.
    /// </summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private LookAgain() { }

    /// <summary>Waits until something changes: an object that is watched will.</summary>
    public sealed record OnChange : LookAgain;

    /// <summary>Goes on at once: the next step has all it needs.</summary>
    public sealed record Now : LookAgain;

    /// <summary>Waits for a while, if nothing changes before.</summary>
    public sealed record After(TimeSpan Wait) : LookAgain;

    /// <summary>Returns the wait until a time (UTC); null means to wait for a change.</summary>
    public static LookAgain At(DateTime? until, DateTime now) =>
        until is { } time ? new After(time - now < Least ? Least : time - now) : new OnChange();
}
