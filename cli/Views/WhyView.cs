using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Channels;
using GemmaOperator.Api.Patching;
using GemmaOperator.BaseImages.Channels;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.Builds;
using GemmaOperator.Text;
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
            .. reasoning is null ? [] : InheritedView.Lines(reasoning.Seen.Inherited, width),
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
            ["builds"] = reasoning is null
                ? null
                : Data(reasoning.Freshness.Rule, DecisionText.Of(reasoning.Freshness.Decision)),
            ["serving"] = reasoning is null
                ? null
                : Data(reasoning.Rollout.Rule, DecisionText.Of(reasoning.Rollout.Decision)),
            ["inputs"] = reasoning is null
                ? null
                : new JsonObject(Inputs(reasoning.Seen).Select(i => KeyValuePair.Create(i.Name, (JsonNode?)i.Value))),
            ["inherited"] = reasoning is null ? null : InheritedView.Data(reasoning.Seen.Inherited),
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
            ("builds", DecisionText.Of(reasoning.Freshness.Decision), Tone.Strong),
            ("by rule", reasoning.Freshness.Rule, Tone.Plain),
            ("serving", DecisionText.Of(reasoning.Rollout.Decision), Tone.Strong),
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
        if (s.Status.Base is { } line)
        {
            yield return ("channel", $"builds stand on {line.Stands}; {ChannelText.Of(line)}");
        }

        if (s.Spec.Patching is { } patching)
        {
            yield return (
                "patching",
                patching.Policy == PatchingPolicy.None
                    ? "none, spec.patching.policy"
                    : $"at most {patching.MaxLayers} in a row, everything after {patching.FullRebuildInterval}"
                        + (
                            s.LatestGoodBuild?.Spec is { } published && BuildKind.Describe(published) is { } kind
                                ? $"; of {s.LatestGoodBuild.BuildName}: {kind}"
                                : ""
                        )
            );
        }

        yield return ("minInterval", s.Spec.Triggers.MinInterval.Text);
        yield return ("pinned build", s.Pin is { } pin ? $"{pin.Build ?? "?"} ({pin.Where})" : "none");
        if (s.Status.RejectedDigests is { Count: > 0 } rejected)
        {
            yield return ("rejected", string.Join(", ", rejected));
        }
    }

    private static string Changed(ImageSnapshot s, GemmaBuild good) =>
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
