using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Text;
using k8s;
using Operator.Tests.Api.Validation;

namespace Operator.Tests.Remedies;

/// <summary>
/// Kind: every remedy that is printed works. For each mistake of a spec that the product knows, what the remedy
/// proposes is put in its place, and the mistake is gone.
/// </summary>
internal sealed partial class SpecRemedyTests
{
    private static IEnumerable<TestCaseData> Mistakes() =>
        InputMistakes
            .All()
            .Concat(OperationMistakes.All())
            .Concat(ModelMistakes.All())
            .Concat(BuildPodMistakes.All())
            .Concat(SupplyMistakes.All())
            .Concat(ChannelMistakes.All())
            .Concat(EngineMistakes.All())
            .Concat(NotificationMistakes.All())
            .Concat(DefaultsMistakes.All())
            .Concat(ScanMistakes.All())
            .Concat(RoutingMistakes.All())
            // They can't be written as JSON, and so never come from an API server.
            .Where(mistake => mistake.ArgDisplayNames is not ["not a number" or "memory beyond all measure", ..])
            .Select(mistake =>
                new TestCaseData(mistake.Arguments[0]).SetArgDisplayNames([.. mistake.ArgDisplayNames ?? []])
            );

    [TestCaseSource(nameof(Mistakes))]
    public void What_a_remedy_proposes_is_right(Func<GemmaBaseImageSpec, GemmaBaseImageSpec> mistake)
    {
        var wrong = Specs.Image(mistake);
        var errors = SpecCheck.Of(wrong);
        Assert.That(errors, Is.Not.Empty);
        foreach (var error in errors)
        {
            var json = new JsonObject { ["spec"] = JsonNode.Parse(KubernetesJson.Serialize(wrong.Spec)) };
            Follow(json, error);
            var mended = KubernetesJson.Deserialize<GemmaBaseImageSpec>(json["spec"]!.ToJsonString());
            Assert.That(
                SpecCheck.Of(wrong with { Spec = mended }).Where(left => left.Path == error.Path),
                Is.Empty,
                $"{error.Path}: {error.Problem}; {error.Remedy}"
            );
        }
    }

    private static void Follow(JsonObject json, FieldError error)
    {
        if (
            SpecRemedies.Deeds.FirstOrDefault(d => error.Remedy.StartsWith(d.Remedy, StringComparison.Ordinal)) is
            { } deed
        )
        {
            Set(json, deed.Path ?? error.Path, deed.Value is null ? null : JsonNode.Parse(deed.Value));
            return;
        }

        var example = Example().Match(error.Remedy);
        Assert.That(
            example.Success,
            $"the remedy of {error.Path} has no example and no entry in SpecRemedies: {error.Remedy}"
        );
        Set(json, error.Path, ValueOf(Find(json, error.Path), example.Groups["value"].Value));
    }

    /// <summary>As the field has it: a number stays one.</summary>
    private static JsonNode ValueOf(JsonNode? before, string text) =>
        before?.GetValueKind() is System.Text.Json.JsonValueKind.Number
            ? JsonValue.Create(decimal.Parse(text, CultureInfo.InvariantCulture))
            : JsonValue.Create(text);

    private static JsonNode? Find(JsonNode json, string path) =>
        Parts(path).Aggregate((JsonNode?)json, (node, part) => Child(node, part));

    private static void Set(JsonNode json, string path, JsonNode? value)
    {
        var parts = Parts(path).ToList();
        var parent = parts
            .SkipLast(1)
            .Aggregate(
                json,
                (node, part) => Child(node, part) ?? ((JsonObject)node)[part].Made((JsonObject)node, part)
            );
        if (parent is JsonArray list)
        {
            list[int.Parse(parts[^1], CultureInfo.InvariantCulture)] = value;
        }
        else if (value is null)
        {
            ((JsonObject)parent).Remove(parts[^1]);
        }
        else
        {
            parent[parts[^1]] = value;
        }
    }

    private static JsonNode? Child(JsonNode? node, string part) =>
        node is JsonArray list ? list[int.Parse(part, CultureInfo.InvariantCulture)] : node?[part];

    private static IEnumerable<string> Parts(string path) => Part().Matches(path).Select(m => m.Groups["part"].Value);

    [GeneratedRegex(
        """(as in |such as |for example |^choose a value between |^write |host: |scheme: |^choose )"?(?<value>(?<=")[^"]+|[A-Z0-9/*][^ ,;"]*|[a-z*][^ ,;"]*[-./0-9*][^ ,;"]*|main|torch)""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Example();

    [GeneratedRegex(
        """\["?(?<part>[^"\]]+)"?\]|(?<part>[A-Za-z]+)""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Part();
}

internal static class MadeNodes
{
    extension(JsonNode? node)
    {
        /// <summary>Returns the node, made where it wasn't there.</summary>
        public JsonNode Made(JsonObject parent, string name)
        {
            if (node is null)
            {
                parent[name] = new JsonObject();
            }

            return parent[name]!;
        }
    }
}
