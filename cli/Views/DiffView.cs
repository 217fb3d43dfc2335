using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds;
using KubectlGemma.Output;
using KubectlGemma.Planning;

namespace KubectlGemma.Views;

/// <summary>Lays out what applying a manifest would do.</summary>
internal static class DiffView
{
    private const int MostNeighbours = 5;
    private const int MostSettings = 10;

    public static IEnumerable<Line> Lines(ObjectDiff diff, int width)
    {
        yield return Line.Of(
            new Piece(diff.Name, Tone.Strong),
            $" in namespace {diff.Namespace}: ",
            diff switch
            {
                { Problem: not null } => new Piece("refused", Tone.Bad),
                { Proposal.IsNew: true } => new Piece("is new", Tone.Warning),
                { HasChanges: false } => new Piece("no change", Tone.Good),
                _ => new Piece("changes", Tone.Warning),
            }
        );
        if (diff is { Proposal: { IsNew: false } proposal })
        {
            foreach (var change in proposal.Changes)
            {
                yield return Line.Of($"  {change.Path}  ", new Piece(Moved(change), Tone.Strong));
            }
        }

        // Why something is refused is told beside the output.
        var lines = diff is { Problem: null, Forecast: { } forecast } ? Of(forecast, width) : [];
        foreach (var line in lines.Concat(diff.Texts.SelectMany(Unified)))
        {
            yield return line;
        }
    }

    private static IEnumerable<Line> Of(Forecast forecast, int width) =>
        [
            .. Build(forecast, width),
            .. Rollout(forecast, width),
            .. Neighbours(forecast).SelectMany(text => Field("shares", text, width)),
        ];

    private static IEnumerable<Line> Build(Forecast forecast, int width)
    {
        if (forecast.Build is not { } build)
        {
            return
            [
                .. Field("build", "none is needed", width, Tone.Good),
                .. forecast.LeftOut.Count == 0
                    ? []
                    : Field(
                        "",
                        $"{string.Join(", ", forecast.LeftOut.Select(c => c.Field))} differ from the newest attempt; "
                            + "the next build has them, and spec.triggers asks for none because of them",
                        width
                    ),
            ];
        }

        var spec = build.Next.Spec!;
        var fields = spec.Changes.Select(c => c.Field).ToList();
        return
        [
            .. Field(
                "build",
                $"{build.Next.Metadata.Name} is needed, because of "
                    + string.Join(", ", spec.Reasons.Select(r => r.Text))
                    + (fields.Count > 0 ? $" ({string.Join(", ", fields)})" : "")
                    + (build.IsDueAnyway ? "; one is due without this, too" : ""),
                width,
                Tone.Warning
            ),
            .. Field(
                "",
                forecast.Freshness.Decision is ImageDecision.Settled
                    ? $"it doesn't begin: {forecast.Freshness.Rule}"
                    : DecisionText.Of(forecast.Freshness.Decision),
                width
            ),
            .. BuildKind.Describe(spec) is { } kind ? Field("", kind, width) : [],
            .. Layers(build, width),
            .. Field("takes", EffortText.Of(build.Effort), width),
        ];
    }

    private static IEnumerable<Line> Layers(BuildForecast build, int width)
    {
        var layers = build.Layers;
        if (layers.KeepsBase)
        {
            return Field(
                "layers",
                $"the base image of {layers.LikeBuild} is kept; only the server is put onto it",
                width
            );
        }

        var cached = layers.Steps.Count(s => s.IsCached);
        return
        [
            .. Field(
                "layers",
                $"{cached} of {layers.Steps.Count} from the cache"
                    + (layers.LikeBuild is { } like ? $", as {like} left them" : "")
                    + (layers.Why is { } why ? $"; the others anew, because {why}" : ""),
                width
            ),
            .. layers.Steps.Select(s =>
                Line.Of(
                    "          ",
                    new Piece(s.IsCached ? "cached  " : "anew    ", s.IsCached ? Tone.Good : Tone.Warning),
                    $"line {s.Line, -4} ",
                    s.Text
                )
            ),
        ];
    }

    private static IEnumerable<Line> Rollout(Forecast forecast, int width)
    {
        var rollout = forecast.Rollout;
        var lines = new List<Line>(
            Field(
                "pods",
                RolloutText.Of(forecast),
                width,
                rollout.Effect == RolloutEffect.Replaced ? Tone.Warning : Tone.Plain
            )
        );
        lines.AddRange(
            rollout
                .Settings.Take(MostSettings)
                .Select(c => Line.Of($"          {c.Path}  ", new Piece(Moved(c), Tone.Strong)))
        );
        if (rollout.Settings.Count > MostSettings)
        {
            lines.Add(Line.Of($"          and {rollout.Settings.Count - MostSettings} more; -o yaml has all"));
        }

        if (RolloutText.OfNewImage(forecast) is { } later)
        {
            lines.AddRange(Field("", later, width));
        }

        if (rollout.Pulled is { } pulled)
        {
            lines.AddRange(Field("nodes", RolloutText.Of(pulled, rollout.Nodes), width));
        }

        return lines;
    }

    private static IEnumerable<string> Neighbours(Forecast forecast)
    {
        var onBase = forecast.Neighbours.Where(n => n.HasSameBase).Select(n => n.Key.ToString()).ToList();
        if (onBase.Count > 0)
        {
            yield return $"its base with {Some(onBase)}: nodes keep its layers once";
        }

        foreach (
            var group in forecast
                .Neighbours.SelectMany(n => n.Repositories.Select(r => (Repository: r, n.Key)))
                .GroupBy(n => n.Repository, n => n.Key.ToString(), StringComparer.Ordinal)
        )
        {
            yield return $"the repository {group.Key} with {Some([.. group])}";
        }
    }

    private static string Some(List<string> names) =>
        string.Join(", ", names.Take(MostNeighbours))
        + (names.Count > MostNeighbours ? $" and {names.Count - MostNeighbours} more" : "");

    private static IEnumerable<Line> Unified(TextDiff text) =>
        text
            .Unified.Select(l =>
                Line.Of(
                    new Piece(
                        l.Replace("\t", "    ", StringComparison.Ordinal),
                        l switch
                        {
                            ['+', '+', '+', ..] or ['-', '-', '-', ..] => Tone.Strong,
                            ['+', ..] => Tone.Good,
                            ['-', ..] => Tone.Bad,
                            ['@', ..] => Tone.Dim,
                            _ => Tone.Plain,
                        }
                    )
                )
            )
            .Prepend(Line.Empty);

    private static string Moved(JsonChange change) => $"{change.OldText} → {change.NewText}";

    private static IEnumerable<Line> Field(string name, string text, int width, Tone tone = Tone.Plain) =>
        Line.Wrapped([new Piece($"  {name, -8}", Tone.Dim)], new Piece(ShortReferences.In(text), tone), width);
}
