using System.Text.Json.Nodes;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using KubectlGemma.Facts;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Says which rules decide about an object, on what, and what would have to change.</summary>
internal static class WhyView
{
    /// <param name="tree">The object.</param>
    /// <param name="reasoning">What the rules say; null when what they look at can't be read.</param>
    /// <param name="width">Of a line.</param>
    public static IEnumerable<Line> Lines(ImageTree tree, Reasoning? reasoning, int width) =>
        [
            Line.Of(
                new Piece(tree.Image.Metadata.Name, Tone.Strong),
                $" in namespace {tree.Image.Metadata.NamespaceProperty}"
            ),
            .. reasoning is null ? [] : Rules(reasoning, width),
            Line.Empty,
            Line.Of(new Piece("What the operator said last", Tone.Strong)),
            .. ConditionsView.Lines(tree.Image.Status?.Conditions ?? [], tree.Now, width, "  "),
            Line.Empty,
            .. NextBuildView.Lines(tree, width),
        ];

    public static JsonObject Data(ImageTree tree, Reasoning? reasoning) =>
        new()
        {
            ["namespace"] = tree.Image.Metadata.NamespaceProperty,
            ["name"] = tree.Image.Metadata.Name,
            ["builds"] = reasoning is null ? null : Data(reasoning.Freshness.Rule, Text(reasoning.Freshness.Decision)),
            ["serving"] = reasoning is null ? null : Data(reasoning.Rollout.Rule, Text(reasoning.Rollout.Decision)),
            ["inputs"] = reasoning is null
                ? null
                : new JsonObject(Inputs(reasoning.Seen).Select(i => KeyValuePair.Create(i.Name, (JsonNode?)i.Value))),
            ["conditions"] = new JsonArray([
                .. (tree.Image.Status?.Conditions ?? []).Select(c => new JsonObject
                {
                    ["type"] = c.Type,
                    ["status"] = c.Status,
                    ["reason"] = c.Reason,
                    ["message"] = c.Message,
                }),
            ]),
        };

    private static JsonObject Data(string rule, string decision) => new() { ["rule"] = rule, ["decision"] = decision };

    private static IEnumerable<Line> Rules(Reasoning reasoning, int width)
    {
        var all = new (string Name, string Value, Tone Tone)[]
        {
            ("builds", Text(reasoning.Freshness.Decision), Tone.Strong),
            ("by rule", reasoning.Freshness.Rule, Tone.Plain),
            ("serving", Text(reasoning.Rollout.Decision), Tone.Strong),
            ("by rule", reasoning.Rollout.Rule, Tone.Plain),
        };
        foreach (var (name, value, tone) in all)
        {
            foreach (
                var line in Line.Wrapped(
                    [new Piece(name.PadRight(10), Tone.Dim)],
                    new Piece(ShortReferences.In(value), tone),
                    width
                )
            )
            {
                yield return line;
            }
        }

        yield return Line.Empty;
        yield return Line.Of(new Piece("What they looked at", Tone.Strong));
        foreach (var (name, value) in Inputs(reasoning.Seen))
        {
            foreach (var line in Line.Wrapped([new Piece($"  {name, -18}", Tone.Dim)], value, width))
            {
                yield return line;
            }
        }
    }

    private static string Text(ImageDecision decision) =>
        decision switch
        {
            ImageDecision.Refuse => "nothing is built: the spec must be mended first",
            ImageDecision.ResolveBase { ForBuild: true } resolve =>
                $"a build is due; the registry is asked what {resolve.Base.Text} stands for, then it begins",
            ImageDecision.ResolveBase resolve => $"the registry is asked whether {resolve.Base.Text} has moved",
            ImageDecision.Withhold withhold => $"a due build is withheld: {withhold.Hindrance.Message}",
            ImageDecision.StartBuild start => $"build {start.Build.Metadata.Name} begins, because of "
                + string.Join(", ", start.Build.Spec!.Reasons.Select(r => r.Text)),
            ImageDecision.Supersede supersede =>
                $"build {supersede.Build.Metadata.Name} is stopped: a newer spec has made it useless",
            ImageDecision.Wait wait => wait.Message + Until(wait.Until),
            ImageDecision.Settled { Until: null } => "nothing is due, and nothing will be before something changes",
            ImageDecision.Settled settled => $"nothing is due{Until(settled.Until)}",
            _ => decision.GetType().Name,
        };

    private static string Text(RolloutDecision decision) =>
        decision switch
        {
            RolloutDecision.Unmanaged => "no workload: spec.rollout.mode asks for publishing only",
            RolloutDecision.Hold hold => $"what serves stays as it is: {hold.Message}",
            RolloutDecision.Serve serve => $"{serve.Target.Reference} is served ({serve.Target.Build})"
                + (serve.GoesBack ? ", because something newer was given up" : "")
                + (serve.Gate is { } gate ? $"; {gate.Message}" : "")
                + (serve.Drift is { } drift ? $"; {drift} is to be written" : ""),
            _ => decision.GetType().Name,
        };

    private static string Until(DateTime? until) => until is { } at ? $"; looked at again at {Ages.Utc(at)}" : "";

    private static IEnumerable<(string Name, string Value)> Inputs(ImageSnapshot s)
    {
        yield return ("now", Ages.Utc(s.Now));
        yield return ("suspended", s.Spec.Suspend ? "yes, spec.suspend" : "no");
        yield return (
            "spec",
            s.Inputs is BuildRequest.Refused refused ? $"refused, {refused.Reason}: {refused.Message}" : "understood"
        );
        yield return ("running build", s.RunningBuild?.Metadata.Name ?? "none");
        yield return (
            "newest build",
            s.LatestBuild is { } latest ? $"{latest.Metadata.Name}, {BuildsView.ResultOf(latest)}" : "none"
        );
        yield return (
            "of present spec",
            s.LatestGoodBuild is { } good
                ? s.IsOfPresentSpec(good)
                    ? $"yes, {good.Metadata.Name}"
                    : $"no: {Changed(s, good)}"
                : "nothing was published yet"
        );
        yield return ("request", s.OpenRequestedAt is { } open ? $"open: {open}" : "none open");
        yield return (
            "schedule",
            s.Schedule is not { } schedule ? "none"
            : schedule.DueTick is { } due ? $"due since {Ages.Utc(due)}"
            : schedule.NextTick is { } next ? $"next at {Ages.Utc(next)}"
            : "never again"
        );
        yield return (
            "base",
            s.KnownBase is { } known
                ? $"{known.Base.Text} was {known.Digest}{At(known.CheckedAt)}"
                : "not asked for yet"
        );
        yield return ("minInterval", s.Spec.Triggers.MinInterval.Text);
        yield return ("pinned build", s.Pin is { } pin ? $"{pin.Build ?? "?"} ({pin.Where})" : "none");
        if (s.Status.RejectedDigests is { Count: > 0 } rejected)
        {
            yield return ("rejected", string.Join(", ", rejected));
        }
    }

    private static string Changed(ImageSnapshot s, GemmaOperator.Api.Builds.GemmaBuild good) =>
        s.Inputs is BuildRequest.Known inputs
            ? string.Join(
                ", ",
                InputChanges
                    .Between(good, inputs)
                    .Select(c => $"{c.Field} {c.Old} → {c.New}")
                    .DefaultIfEmpty("it differs")
            )
            : "it isn't understood";

    private static string At(DateTime? time) => time is { } at ? $" at {Ages.Utc(at)}" : "";
}
