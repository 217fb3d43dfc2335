using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Validation;
using GemmaOperator.Builds.Inputs;
using k8s;

namespace Operator.Tests.Api.Validation;

internal sealed class HostileSpecTests
{
    private static readonly string Whole = KubernetesJson.Serialize(
        Specs.Image(s =>
            s with
            {
                Schedule = "0 9 * * 1",
                SystemPackages = ["curl"],
                Env = [new() { Name = "A", Value = "b" }],
                Requirements = new RequirementsSpec { Inline = "a==1", ExtraIndexURLs = ["https://a.example.com"] },
                Dockerfile = new DockerfileSpec { ConfigMapRef = new KeyReference { Name = "d" } },
                ImageLabels = new Dictionary<string, string> { ["a"] = "b" },
                Rollout = s.Rollout with { Window = new WindowSpec() },
                Verification = s.Verification with
                {
                    Scan = new ScanSpec { Ignore = [new IgnoredVulnerability { Id = "CVE-1", Reason = "x" }] },
                },
            }
        )
    );

    private static readonly string[] Words =
    [
        "",
        "-",
        "/",
        ":",
        "@",
        "=",
        "--",
        "0s",
        "\n",
        "..",
        "/..",
        "b",
        "a/b",
        "[",
        "*/0 * * * *",
        "* * * *",
        "CRON_TZ=",
        "\ud800",
    ];

    private static readonly Gen<JsonNode?> Anything = Gen.OneOf(
        Gen.Int[0, 1].Select(i => i == 0 ? null : (JsonNode?)new JsonArray(null, "x", "x")),
        Gen.String.Select(s => (JsonNode?)JsonValue.Create(s)),
        Gen.Int[0, Words.Length - 1].Select(i => (JsonNode?)JsonValue.Create(Words[i])),
        Gen.Long.Select(n => (JsonNode?)JsonValue.Create(n)),
        Gen.Bool.Select(b => (JsonNode?)new JsonObject { ["name"] = null, ["x"] = b })
    );

    /// <summary>
    /// What the client library can't read never gets to the validator; all else must come out
    /// as errors, not exceptions.
    /// </summary>
    [TestCase(512, true)]
    [TestCase(513, false)]
    public void A_length_counts_code_points_as_the_API_server_does(int count, bool isRight)
    {
        var reason = string.Concat(Enumerable.Repeat("\U0001F600", count));
        var image = Specs.Image(s =>
            s with
            {
                Verification = s.Verification with
                {
                    Scan = new ScanSpec { Ignore = [new IgnoredVulnerability { Id = "CVE-1", Reason = reason }] },
                },
            }
        );
        Assert.That(
            SpecValidator.Validate(image).Any(e => e.Path.EndsWith(".reason", StringComparison.Ordinal)),
            Is.EqualTo(!isRight)
        );
    }

    [Test]
    public void Whatever_stands_in_an_object_is_answered() =>
        Gen.Select(Gen.Int[0, 10_000], Gen.Int[0, 10_000], Anything, Anything)
            .Sample(
                (first, second, a, b) =>
                {
                    var document = JsonNode.Parse(Whole)!.AsObject();
                    Replace(document, first, a);
                    Replace(document, second, b);
                    if (Read(document) is { } image)
                    {
                        Assert.That(SpecCheck.Of(image).Select(e => e.ToString()), Is.All.Not.Contains('\n'));
                    }
                }
            );

    private static GemmaBaseImage? Read(JsonObject document)
    {
        try
        {
            return KubernetesJson.Deserialize<GemmaBaseImage>(document.ToJsonString());
        }
        catch (Exception e)
            when (e is JsonException or FormatException or InvalidOperationException or NotSupportedException)
        {
            return null;
        }
    }

    private static void Replace(JsonObject document, int which, JsonNode? value)
    {
        var places = Places(document["spec"]).ToList();
        if (places.Count > 0)
        {
            places[which % places.Count].ReplaceWith(value?.DeepClone());
        }
    }

    private static IEnumerable<JsonNode> Places(JsonNode? node) =>
        node switch
        {
            JsonObject map => map.Where(p => p.Value is not null).SelectMany(p => Places(p.Value).Prepend(p.Value!)),
            JsonArray list => list.Where(i => i is not null).SelectMany(i => Places(i).Prepend(i!)),
            _ => [],
        };
}
