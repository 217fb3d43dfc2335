namespace GemmaOperator.Dashboard.Facts;

/// <summary>Names what the fleet can be sorted by.</summary>
/// <param name="Word">Of the address.</param>
/// <param name="Title">Of the column.</param>
/// <param name="StartsDown">Whether what is greatest comes first, unless it is asked otherwise.</param>
/// <param name="Key">Compares rows; equal ones stay in the order of their names.</param>
internal sealed record FleetOrder(string Word, string Title, bool StartsDown, Func<FleetRow, IComparable> Key)
{
    public static FleetOrder ByName { get; } = new("name", "Name", false, _ => 0);

    public static FleetOrder ByAttention { get; } = new("attention", "worst first", true, r => (int)r.Attention);

    public static FleetOrder ByReady { get; } = new("ready", "Ready", true, r => (int)r.Ready.Level);

    public static FleetOrder ByFreshness { get; } = new("fresh", "Fresh", true, r => (int)r.Fresh.Level);

    public static FleetOrder ByPatchLevel { get; } = new("patched", "Patched", true, r => (int)r.Patched.Level);

    public static FleetOrder ByDoing { get; } = new("doing", "Doing", true, r => (int)r.Doing.Level);

    public static FleetOrder ByLastBuild { get; } =
        new("last", "Last build", true, r => r.LastStarted ?? DateTime.MinValue);

    public static FleetOrder ByNextBuild { get; } =
        new("next", "Next build", false, r => r.IsSuspended ? DateTime.MaxValue : r.NextBuild ?? DateTime.MaxValue);

    public static FleetOrder ByCost { get; } = new("cost", "Cost", true, r => r.CostAmount);

    public static FleetOrder ByAge { get; } = new("age", "Age", true, r => -(r.Created ?? DateTime.MaxValue).Ticks);

    public static IReadOnlyList<FleetOrder> All { get; } =
    [ByAttention, ByName, ByReady, ByFreshness, ByPatchLevel, ByDoing, ByLastBuild, ByNextBuild, ByCost, ByAge];
}
