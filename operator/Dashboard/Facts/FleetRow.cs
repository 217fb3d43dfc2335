using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Cost;
using GemmaOperator.Text;

namespace GemmaOperator.Dashboard.Facts;

/// <summary>Holds what the fleet's page tells of one GemmaBaseImage.</summary>
internal sealed record FleetRow
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public DateTime? Created { get; init; }

    public required State Ready { get; init; }

    public required State Fresh { get; init; }

    /// <summary>Gets the patch level; none where nobody asks for scans.</summary>
    public required State Patched { get; init; }

    /// <summary>Gets what goes on, or why nothing does.</summary>
    public required State Doing { get; init; }

    /// <summary>Gets the tag of what serves.</summary>
    public string? Serves { get; init; }

    public string? LastBuild { get; init; }

    public string? LastResult { get; init; }

    public DateTime? LastStarted { get; init; }

    /// <summary>Gets the next tick (UTC); null where none is planned.</summary>
    public DateTime? NextBuild { get; init; }

    /// <summary>Gets what is said in place of the next tick; empty where the tick counts.</summary>
    public string NextWord { get; init; } = "";

    /// <summary>Gets the cost of all builds as the API has it, with its currency.</summary>
    public string Cost { get; init; } = "";

    /// <summary>Gets the same as a number, to sort by.</summary>
    public decimal CostAmount { get; init; }

    public bool IsSuspended { get; init; }

    public bool IsHeld { get; init; }

    public bool IsStalled { get; init; }

    public bool IsBusy { get; init; }

    /// <summary>Gets how much it wants to be looked at: as much as its worst state.</summary>
    public Level Attention => (Level)Math.Max(Math.Max((int)Ready.Level, (int)Fresh.Level), (int)Patched.Level);

    public static FleetRow Of(GemmaBaseImage image)
    {
        var (spec, status) = (image.Spec, image.Status);
        var conditions = status?.Conditions ?? [];
        var last = status?.RecentBuilds is [var newest, ..] ? newest : null;
        var asked =
            image.Metadata.Annotations?.TryGetValue(ApiGroup.RequestedAtAnnotation, out var at) == true
            && at.Length > 0
            && at != status?.LastHandledRequestAt;
        var cost = status?.Cost?.BuildCostTotal ?? "";
        var doing = DoingOf(image);
        return new FleetRow
        {
            Namespace = image.Metadata.NamespaceProperty ?? "",
            Name = image.Metadata.Name ?? "",
            Created = image.Metadata.CreationTimestamp,
            Ready = State.Of(conditions, ConditionType.Ready, "ready", "not ready", Level.Bad),
            Fresh = State.Of(conditions, ConditionType.Fresh, "fresh", "stale", Level.Warning),
            Patched = State.Of(conditions, ConditionType.Patched, "patched", "vulnerable", Level.Bad),
            Doing = doing,
            Serves = status?.Image,
            LastBuild = last?.Name,
            LastResult = last?.Result,
            LastStarted = last?.StartTime,
            NextBuild = status?.NextScheduleTime,
            NextWord =
                spec?.Suspend == true ? "none: suspended"
                : asked ? "asked for"
                : status?.NextScheduleTime is null ? "none planned"
                : "",
            Cost = cost,
            CostAmount = DecimalText.Read(cost.Split(' ')[0]) ?? 0m,
            IsSuspended = spec?.Suspend == true,
            IsHeld = status?.Held is not null,
            IsStalled = conditions.Any(c => c is { Type: ConditionType.Stalled, Status: "True" }),
            IsBusy = conditions.Any(c => c is { Type: ConditionType.Reconciling, Status: "True" }),
        };
    }

    /// <summary>Returns the build's name without the image's, which stands beside it.</summary>
    public string? ShortBuild =>
        LastBuild is { } build && build.StartsWith(Name + "-", StringComparison.Ordinal)
            ? build[(Name.Length + 1)..]
            : LastBuild;

    public string NextText(DateTime now) =>
        NextWord.Length > 0 ? NextWord
        : NextBuild is { } next && next > now ? Ages.Relative(next, now)
        : "due";

    private static State DoingOf(GemmaBaseImage image)
    {
        var status = image.Status;
        var conditions = status?.Conditions ?? [];
        if (image.Metadata.DeletionTimestamp is not null)
        {
            return new State(Level.Waiting, "being deleted");
        }

        if (conditions.FirstOrDefault(c => c is { Type: ConditionType.Stalled, Status: "True" }) is { } stalled)
        {
            return new State(Level.Bad, "stalled", stalled.Reason ?? "");
        }

        if (conditions.FirstOrDefault(c => c is { Type: ConditionType.Reconciling, Status: "True" }) is { } doing)
        {
            return new State(Level.Waiting, "working", doing.Reason ?? "");
        }

        return status?.Held is { } held ? new State(Level.Warning, "held back", held.Reason)
            : image.Spec?.Suspend == true ? new State(Level.None, "suspended")
            : status is null ? new State(Level.Warning, "not seen by an operator")
            : new State(Level.None, "nothing");
    }
}
