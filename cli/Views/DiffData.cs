using System.Text.Json.Nodes;
using GemmaOperator.BaseImages.Forecasts;
using GemmaOperator.Builds;
using KubectlGemma.Planning;

namespace KubectlGemma.Views;

/// <summary>Renders what applying a manifest would do as data.</summary>
internal static class DiffData
{
    public static JsonObject Of(ObjectDiff diff) =>
        new()
        {
            ["namespace"] = diff.Namespace,
            ["name"] = diff.Name,
            ["isNew"] = diff.Proposal?.IsNew,
            ["changes"] = Changes(diff.Proposal?.Changes ?? []),
            ["refused"] = diff.Problem,
            ["build"] = diff.Forecast?.Build is { } build ? Build(build, diff) : null,
            ["decision"] = diff.Forecast is { } known ? DecisionText.Of(known.Freshness.Decision) : null,
            ["rule"] = diff.Forecast?.Freshness.Rule,
            ["rollout"] = diff.Forecast is { } forecast ? Rollout(forecast) : null,
            ["shares"] = new JsonArray([
                .. (diff.Forecast?.Neighbours ?? []).Select(n => new JsonObject
                {
                    ["namespace"] = n.Key.Namespace,
                    ["name"] = n.Key.Name,
                    ["base"] = n.HasSameBase,
                    ["repositories"] = Texts(n.Repositories),
                }),
            ]),
        };

    private static JsonObject Build(BuildForecast build, ObjectDiff diff) =>
        new()
        {
            ["name"] = build.Next.Metadata.Name,
            ["reasons"] = Texts(build.Next.Spec!.Reasons.Select(r => r.Text)),
            ["changes"] = new JsonArray([
                .. build.Next.Spec.Changes.Select(c => new JsonObject
                {
                    ["field"] = c.Field,
                    ["old"] = Masked.Recorded(c.Old),
                    ["new"] = Masked.Recorded(c.New),
                }),
            ]),
            ["isDueAnyway"] = build.IsDueAnyway,
            ["kind"] = BuildKind.Of(build.Next),
            ["patchOf"] = build.Next.Spec.Patch?.Of.Build,
            ["patchLayers"] = build.Next.Spec.Patch?.Layers,
            ["fullBuildReason"] = build.Next.Spec.FullBuildReason?.Text,
            ["dockerfileHash"] = build.DockerfileHash,
            ["keepsBase"] = build.Layers.KeepsBase,
            ["layers"] = new JsonArray([
                .. build.Layers.Steps.Select(s => new JsonObject
                {
                    ["line"] = s.Line,
                    ["text"] = s.Text,
                    ["cached"] = s.IsCached,
                }),
            ]),
            ["cachedBy"] = build.Layers.LikeBuild,
            ["anewBecause"] = build.Layers.Why,
            ["minutes"] = new JsonObject
            {
                ["usual"] = build.Effort.Usual.Value,
                ["least"] = build.Effort.Range.Low,
                ["most"] = build.Effort.Range.High,
                ["cost"] = build.Effort.Cost.ToString(),
                ["buildsAlike"] = build.Effort.Alike,
                ["isDeclared"] = build.Effort.IsDeclared,
                ["unknownSteps"] = Texts(build.Effort.Unknown),
            },
            ["texts"] = new JsonArray([
                .. diff.Texts.Select(t => new JsonObject
                {
                    ["name"] = t.Name,
                    ["diff"] = string.Join('\n', t.Unified) + "\n",
                }),
            ]),
        };

    private static JsonObject Rollout(Forecast forecast)
    {
        var rollout = forecast.Rollout;
        return new JsonObject
        {
            ["effect"] = rollout.Effect.ToString(),
            ["rule"] = rollout.Ruling.Rule,
            ["message"] = RolloutText.Of(forecast),
            ["isDueAnyway"] = rollout.IsDueAnyway,
            ["settings"] = Changes(rollout.Settings),
            ["replacesPodsAfterBuild"] = RolloutText.OfNewImage(forecast) is not null,
            ["nodes"] = rollout.Nodes,
            ["bytesPerNode"] = rollout.Pulled?.Bytes,
            ["bytesAreMost"] = rollout.Pulled?.IsMost,
        };
    }

    private static JsonArray Changes(IEnumerable<JsonChange> changes) =>
        [
            .. changes.Select(c => new JsonObject
            {
                ["field"] = c.Path,
                ["old"] = c.OldText,
                ["new"] = c.NewText,
            }),
        ];

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
