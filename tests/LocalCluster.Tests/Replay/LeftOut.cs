namespace LocalCluster.Tests.Replay;

/// <summary>Names one thing left out: where (scenario and step, * for all; the beginning of a path), and why.</summary>
internal sealed record LeftOut(string Scenario, string Step, string Path, string Reason)
{
    /// <summary>Path of an entry whose request isn't sent: its answer here would change what later steps see.</summary>
    public const string NotSent = "not sent";

    public bool Covers(string scenario, string step, string difference) =>
        (Scenario == "*" || Scenario == scenario)
        && (Step == "*" || Step == step)
        && difference.StartsWith(Path, StringComparison.Ordinal);
}
