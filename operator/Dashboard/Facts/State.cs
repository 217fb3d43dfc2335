using GemmaOperator.Api.Words;
using k8s.Models;

namespace GemmaOperator.Dashboard.Facts;

/// <summary>Holds a state as a page shows it: a word, and how much it wants to be looked at.</summary>
/// <param name="Level">Shown as colour.</param>
/// <param name="Word">Says the same without colour.</param>
/// <param name="Reason">The reason behind it; empty for none.</param>
internal sealed record State(Level Level, string Word, string Reason = "")
{
    public static State None { get; } = new(Level.None, "");

    /// <summary>Reads a condition for which True is good.</summary>
    /// <param name="conditions">All of an object.</param>
    /// <param name="type">Which.</param>
    /// <param name="good">What True means.</param>
    /// <param name="bad">What False means.</param>
    /// <param name="whenBad">How bad that is.</param>
    public static State Of(IEnumerable<V1Condition> conditions, string type, string good, string bad, Level whenBad) =>
        conditions.FirstOrDefault(c => c.Type == type) switch
        {
            null => None,
            { Status: "True" } => new State(Level.Good, good),
            { Status: "False" } c => new State(whenBad, bad, c.Reason ?? ""),
            { } c => new State(Level.Waiting, "unknown", c.Reason ?? ""),
        };

    /// <summary>
    /// Returns how a condition is shown: True is good, but of those that exist only while something is off.
    /// </summary>
    public static Level Of(V1Condition condition) =>
        (condition.Type, condition.Status) switch
        {
            (ConditionType.Stalled, "True") => Level.Bad,
            (ConditionType.Reconciling, "True") => Level.Waiting,
            (
                ConditionType.Held
                    or ConditionType.Rewritten
                    or ConditionType.LegacyIsolation
                    or ConditionType.GpusIdle
                    or ConditionType.DefaultsInvalid,
                "True"
            ) => Level.Warning,
            (_, "True") => Level.Good,
            (ConditionType.Ready or ConditionType.Available, "False") => Level.Bad,
            (_, "False") => Level.Warning,
            _ => Level.Waiting,
        };

    /// <summary>Returns how the result of a build, or of a step of one, is shown.</summary>
    public static Level OfResult(string? result) =>
        result switch
        {
            null or "" => Level.None,
            "Running" or "Queued" => Level.Waiting,
            "Succeeded" or "Completed" or ImageReason.BuildSucceeded.NothingChanged => Level.Good,
            "Skipped" or ImageReason.BuildSucceeded.Canceled => Level.None,
            _ => Level.Bad,
        };
}
