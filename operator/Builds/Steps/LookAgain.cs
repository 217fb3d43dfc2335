namespace GemmaOperator.Builds.Steps;

/// <summary>
/// Says when a reconcile is followed by another. Nobody relies on being woken by their own status write.
/// </summary>
internal abstract record LookAgain
{
    /// <summary>
    /// Clocks are read in whole seconds in places: a look a moment early would find nothing due and spin.
    /// </summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private LookAgain() { }

    /// <summary>When something changes: an object that is watched will.</summary>
    public sealed record OnChange : LookAgain;

    /// <summary>At once: the next step has all it needs.</summary>
    public sealed record Now : LookAgain;

    /// <summary>After a while, if nothing changes before.</summary>
    public sealed record After(TimeSpan Wait) : LookAgain;

    /// <summary>It couldn't be done: after a backoff that grows.</summary>
    public sealed record WithBackoff(string Why) : LookAgain;

    /// <summary>Renders a time (UTC) as a wait; null is a change.</summary>
    public static LookAgain At(DateTime? until, DateTime now) =>
        until is { } time ? new After(time - now < Least ? Least : time - now) : new OnChange();
}
