using System.Globalization;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;
using Quickstart.Terminal;

namespace Quickstart.Story;

/// <summary>
/// Tells what happened to one GemmaBaseImage and why, in the words of the API: its conditions, its newest build's
/// reasons and changes, its cost.
/// </summary>
internal static class Account
{
    /// <summary>
    /// Prints why the newest build ran, what it did (with <paramref name="layers"/>), its cost, and what came of it.
    /// </summary>
    public static void Write(Screen screen, Seen seen, string? layers)
    {
        if (seen.Build is { } build)
        {
            screen.Field("why", Why(build));
            screen.Field("done", Done(build, layers));
        }

        if (seen.Image.Status?.Cost is { } cost)
        {
            screen.Field(
                "cost",
                $"{cost.BuildMinutesTotal} build minutes so far, {cost.BuildCostTotal}; "
                    + $"saved {cost.SavedPerWeek} a week against whole builds"
            );
        }

        screen.Field("result", Result(seen));
    }

    /// <summary>Writes status, reason and message of what decides: a stall, or else Ready.</summary>
    public static string Result(Seen seen) =>
        (seen.Condition(ConditionType.Stalled) ?? seen.Condition(ConditionType.Ready)) is { } decides
            ? $"{decides.Type}={decides.Status}, {decides.Reason}: {decides.Message}{Waiting(seen, decides)}"
            : "nothing has happened yet";

    /// <summary>Says what keeps an object that isn't ready from going on.</summary>
    private static string Waiting(Seen seen, V1Condition decides) =>
        decides is { Type: ConditionType.Ready, Status: "False" }
        && (
            seen.Condition(ConditionType.Reconciling)
            ?? (seen.Is(ConditionType.Available, "False") ? seen.Condition(ConditionType.Available) : null)
        )
            is { } going
        && going.Message != decides.Message
            ? $" ({going.Reason}: {going.Message})"
            : "";

    private static string Why(GemmaBuild build)
    {
        var reasons = string.Join(", ", build.Spec!.Reasons.Select(r => r.Text));
        var changes = string.Join("; ", build.Spec.Changes.Select(c => $"{c.Field} {c.Old} → {c.New}"));
        return $"{build.Metadata.Name} ran: {reasons}{(changes.Length > 0 ? $" ({changes})" : "")}";
    }

    private static string Done(GemmaBuild build, string? layers)
    {
        var steps = string.Join(
            ", ",
            (build.Status?.Steps ?? []).Select(s =>
                s is { DurationSeconds: > 0 and var seconds }
                    ? string.Create(CultureInfo.InvariantCulture, $"{s.Name} {s.Result} in {seconds} s")
                    : $"{s.Name} {s.Result}"
            )
        );
        return layers is null ? steps : $"{steps}; {layers}";
    }
}
