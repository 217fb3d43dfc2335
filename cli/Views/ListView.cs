using GemmaOperator.Text;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out GemmaBaseImages, one a line.</summary>
internal static class ListView
{
    public static TextTable Table(IEnumerable<ImageRow> rows, DateTime now, bool withNamespace, bool isWide)
    {
        var table = new TextTable([
            .. withNamespace ? ["NAMESPACE"] : Array.Empty<string>(),
            "NAME",
            "READY",
            "FRESH",
            "PATCHED",
            "SERVES",
            "DOING",
            "LAST BUILD",
            "NEXT BUILD",
            "COST",
            "AGE",
            .. isWide ? ["NEWEST", "SAVED A WEEK", "BASE"] : Array.Empty<string>(),
        ]);
        foreach (var row in rows)
        {
            table.Add(Cells(row, now, withNamespace, isWide));
        }

        return table;
    }

    private static Piece[] Cells(ImageRow row, DateTime now, bool withNamespace, bool isWide) =>
        [
            .. withNamespace ? [row.Namespace] : Array.Empty<Piece>(),
            new(row.Name, Tone.Strong),
            State(row.Ready, Tone.Bad),
            State(row.Fresh, Tone.Warning),
            State(row.Patched, Tone.Bad),
            row.Serves,
            Doing(row),
            Last(row, now),
            Next(row, now),
            row.Cost,
            new(Ages.Since(row.Created, now), Tone.Dim),
            .. isWide ? [row.Newest, row.Saved, Base(row)] : Array.Empty<Piece>(),
        ];

    private static Piece State(ConditionFact? condition, Tone otherwise) =>
        condition switch
        {
            null => new(""),
            { IsTrue: true } => new("yes", Tone.Good),
            { Status: "False" } => new($"no: {condition.Reason}", otherwise),
            _ => new($"?: {condition.Reason}", Tone.Warning),
        };

    private static Piece Doing(ImageRow row) =>
        row.IsDeleted ? new("being deleted", Tone.Warning)
        : row.Stalled is { } stalled ? new($"stalled: {stalled.Reason}", Tone.Bad)
        : row.Reconciling is { } doing ? new(doing.Reason, Tone.Warning)
        : row.Held is { } held ? new($"held: {held}", Tone.Warning)
        : row.IsSuspended ? new("suspended", Tone.Dim)
        : row.Ready is null ? new("not seen by an operator", Tone.Warning)
        : new Piece("");

    /// <summary>The name without its registry: the tag has the version.</summary>
    private static Piece Base(ImageRow row) =>
        row.Base is not { } stands ? new Piece("")
        : row.NewestBase is { } newest
        && !stands.Contains($":{newest}", StringComparison.Ordinal)
        && !stands.Contains($":v{newest}", StringComparison.Ordinal)
            ? new($"{stands[(stands.LastIndexOf('/') + 1)..]}, newest {newest}", Tone.Warning)
        : new(stands[(stands.LastIndexOf('/') + 1)..]);

    private static Piece Last(ImageRow row, DateTime now) =>
        row.LastBuild is null
            ? new Piece("")
            : new(
                $"{Short(row)} {row.LastResult}" + (row.LastStarted is { } at ? $" {Ages.Relative(at, now)}" : ""),
                Tones.OfResult(row.LastResult)
            );

    /// <summary>Builds are named after their image; what is told beside its name is the rest.</summary>
    private static string Short(ImageRow row) =>
        row.LastBuild!.StartsWith(row.Name + "-", StringComparison.Ordinal)
            ? row.LastBuild[(row.Name.Length + 1)..]
            : row.LastBuild;

    private static Piece Next(ImageRow row, DateTime now) =>
        row.IsSuspended ? new("none: suspended", Tone.Dim)
        : row.IsAskedFor ? new("asked for", Tone.Warning)
        : row.NextBuild is { } next ? new Piece(next > now ? Ages.Relative(next, now) : "due")
        : new Piece("");
}
