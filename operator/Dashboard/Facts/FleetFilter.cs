namespace GemmaOperator.Dashboard.Facts;

/// <summary>Names a part of the fleet that can be looked at by itself.</summary>
/// <param name="Word">Of the address.</param>
/// <param name="Title">Of the page.</param>
/// <param name="Level">How it is shown.</param>
/// <param name="Takes">Which rows it has.</param>
internal sealed record FleetFilter(string Word, string Title, Level Level, Func<FleetRow, bool> Takes)
{
    public static IReadOnlyList<FleetFilter> All { get; } =
    [
        new("all", "all", Level.None, _ => true),
        new("stalled", "stalled", Level.Bad, r => r.IsStalled),
        new("not-ready", "not ready", Level.Bad, r => r.Ready.Level is not (Level.Good or Level.None)),
        new("stale", "stale", Level.Warning, r => r.Fresh.Level is not (Level.Good or Level.None)),
        new("vulnerable", "vulnerable", Level.Bad, r => r.Patched.Level is not (Level.Good or Level.None)),
        new("working", "working", Level.Waiting, r => r.IsBusy),
        new("held", "held back", Level.Warning, r => r.IsHeld),
        new("suspended", "suspended", Level.None, r => r.IsSuspended),
        new("well", "ready, fresh and patched", Level.Good, r => r.Attention is Level.Good),
    ];
}
