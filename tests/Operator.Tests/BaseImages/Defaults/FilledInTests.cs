using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Defaults;
using GemmaOperator.BaseImages.Defaults;
using k8s;
using Operator.Tests.Api;

namespace Operator.Tests.BaseImages.Defaults;

/// <summary>What the API server writes into a spec says nothing against a default.</summary>
internal sealed class FilledInTests
{
    /// <summary>Nothing tells what the API server filled in from what an author wrote.</summary>
    [Test]
    public void What_the_schema_fills_in_counts_as_left_out()
    {
        var filled = CrdFile
            .BaseImages.Fields()
            .Where(f => f.Schema["default"] is JsonValue or JsonArray)
            .ToDictionary(f => f.Path, f => f.Schema["default"]!, StringComparer.Ordinal);
        var tried = 0;
        foreach (var path in InheritableFields.All.SelectMany(f => f.Paths))
        {
            if (filled.TryGetValue($"spec.{path}", out var value))
            {
                var own = JsonNode.Parse(KubernetesJson.Serialize(WithRequirements().Spec))!.AsObject();
                JsonPaths.Set(own, path, value);
                var spec = KubernetesJson.Deserialize<GemmaBaseImageSpec>(own.ToJsonString());
                Assert.That(
                    EffectiveSpec.Merge(spec, [Another(path, value)]).Values.Select(v => v.Field),
                    Is.EqualTo(new[] { $"spec.{path}" }),
                    value.ToJsonString()
                );
                tried++;
            }
        }

        Assert.That(tried, Is.GreaterThan(15));

        static GemmaBaseImage WithRequirements() =>
            A.BaseImage(s => s with { Requirements = new RequirementsSpec { Inline = "numpy" } });

        static DefaultsLayer Another(string path, JsonNode value)
        {
            var values = new JsonObject();
            JsonPaths.Set(
                values,
                path,
                value.GetValueKind() switch
                {
                    JsonValueKind.True or JsonValueKind.False => JsonValue.Create(!value.GetValue<bool>()),
                    JsonValueKind.Number => JsonValue.Create(value.GetValue<int>() + 1),
                    JsonValueKind.Array => new JsonArray("another"),
                    _ => JsonValue.Create("another"),
                }
            );
            return new DefaultsLayer(DefaultsOrigin.Operator, "", values);
        }
    }
}
