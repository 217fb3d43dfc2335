using System.Text.Json;
using GemmaOperator.Api.Words;
using KubectlGemma.Cluster;

namespace KubectlGemma.Facts;

/// <summary>
/// Holds what one line tells of a GemmaBaseImage. It is read field by field: to set up a decoder of the whole kind
/// takes longer than a thousand of these.
/// </summary>
internal sealed record ImageRow
{
    /// <summary>
    /// Gets the fields that <see cref="Read"/> looks at, by which a list leaves out all else; a test compares.
    /// </summary>
    public static KeptFields[] Fields { get; } =
    [
        new(
            "metadata",
            new("namespace"),
            new("name"),
            new("creationTimestamp"),
            new("deletionTimestamp"),
            new("annotations", new KeptFields(ApiGroup.RequestedAtAnnotation))
        ),
        new("spec", new("suspend"), new("cost", new KeptFields("currency"))),
        new(
            "status",
            new("conditions", new("type"), new("status"), new("reason")),
            new("recentBuilds", new("name"), new("result"), new("startTime")),
            new("held", new KeptFields("reason")),
            new("image"),
            new("latestImage", new KeptFields("build")),
            new("base", new("declared"), new("taken"), new("newest")),
            new("resolvedBase", new KeptFields("reference")),
            new("nextScheduleTime"),
            new("lastHandledRequestAt"),
            new("cost")
        ),
    ];

    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public DateTime? Created { get; init; }

    public ConditionFact? Ready { get; init; }

    public ConditionFact? Fresh { get; init; }

    /// <summary>Gets whether what serves has no finding that asks for a build; null where nobody scans it.</summary>
    public ConditionFact? Patched { get; init; }

    public ConditionFact? Stalled { get; init; }

    public ConditionFact? Reconciling { get; init; }

    public string? Held { get; init; }

    public bool IsSuspended { get; init; }

    public bool IsDeleted { get; init; }

    /// <summary>Gets the tag of what serves.</summary>
    public string? Serves { get; init; }

    /// <summary>Gets the build of what was published last.</summary>
    public string? Newest { get; init; }

    /// <summary>Gets the base that builds stand on.</summary>
    public string? Base { get; init; }

    /// <summary>Gets the newest version of its line; null where nobody looks for one.</summary>
    public string? NewestBase { get; init; }

    public string? LastBuild { get; init; }

    public string? LastResult { get; init; }

    public DateTime? LastStarted { get; init; }

    public DateTime? NextBuild { get; init; }

    /// <summary>Gets whether a build was asked for and none has answered yet.</summary>
    public bool IsAskedFor { get; init; }

    public string? Minutes { get; init; }

    public string? Cost { get; init; }

    public string? Saved { get; init; }

    public string? Currency { get; init; }

    public static ImageRow Read(JsonElement json)
    {
        var (metadata, status) = (json.At("metadata"), json.At("status"));
        var conditions = status.ItemsAt("conditions").Select(ConditionFact.Read).ToList();
        var last = status.ItemsAt("recentBuilds").FirstOrDefault();
        var asked = metadata.TextAt("annotations", ApiGroup.RequestedAtAnnotation);
        return new ImageRow
        {
            Namespace = metadata.TextAt("namespace") ?? "",
            Name = metadata.TextAt("name") ?? "",
            Created = metadata.TimeAt("creationTimestamp"),
            IsDeleted = metadata.TextAt("deletionTimestamp") is not null,
            Ready = Find(conditions, ConditionType.Ready),
            Fresh = Find(conditions, ConditionType.Fresh),
            Patched = Find(conditions, ConditionType.Patched),
            Stalled = Find(conditions, ConditionType.Stalled) is { IsTrue: true } stalled ? stalled : null,
            Reconciling = Find(conditions, ConditionType.Reconciling) is { IsTrue: true } doing ? doing : null,
            Held = status.TextAt("held", "reason"),
            IsSuspended = json.IsTrueAt("spec", "suspend"),
            Serves = status.TextAt("image"),
            Newest = status.TextAt("latestImage", "build"),
            Base =
                status.TextAt("base", "taken")
                ?? status.TextAt("base", "declared")
                ?? status.TextAt("resolvedBase", "reference"),
            NewestBase = status.TextAt("base", "newest"),
            LastBuild = last.TextAt("name"),
            LastResult = last.TextAt("result"),
            LastStarted = last.TimeAt("startTime"),
            NextBuild = status.TimeAt("nextScheduleTime"),
            IsAskedFor = asked is { Length: > 0 } && asked != status.TextAt("lastHandledRequestAt"),
            Minutes = status.TextAt("cost", "buildMinutesTotal"),
            Cost = status.TextAt("cost", "buildCostTotal"),
            Saved = status.TextAt("cost", "savedPerWeek"),
            Currency = status.TextAt("cost", "saved", "currency") ?? json.TextAt("spec", "cost", "currency"),
        };
    }

    private static ConditionFact? Find(List<ConditionFact> conditions, string type) =>
        conditions.Find(c => c.Type == type);
}
