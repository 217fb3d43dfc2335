using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.BaseImages.Forecasts;
using KubectlGemma.Planning;

namespace Cli.Tests.Planning;

/// <summary>What a manifest would make of an object is what who applied it before would make of it.</summary>
public sealed class MergeTests
{
    [TestCase("""{"a":1}""", """{"a":1}""", """{"a":1,"b":2}""", "{}")]
    [TestCase("""{"a":1,"b":2}""", """{"a":1}""", """{"a":1,"b":2}""", """{"b":null}""")]
    [TestCase("null", """{"a":{"b":2}}""", """{"a":{"b":1,"c":3}}""", """{"a":{"b":2}}""")]
    [TestCase("""{"a":{"c":3}}""", """{"a":{"b":2}}""", """{"a":{"b":2,"c":3}}""", """{"a":{"c":null}}""")]
    [TestCase("""{"a":[1,2]}""", """{"a":[1]}""", """{"a":[1,2]}""", """{"a":[1]}""")]
    [TestCase("""{"a":{"b":1}}""", """{"a":{}}""", """{"a":{"b":1}}""", """{"a":{"b":null}}""")]
    public void A_patch_takes_away_only_what_was_applied(string last, string wanted, string live, string expected)
    {
        var patch = ThreeWayMerge.Patch(Json(last), Json(wanted)!, Json(live)!);
        Assert.That(patch.ToJsonString(), Is.EqualTo(expected));
    }

    [TestCase("""{"a":{"b":1,"c":2}}""", """{"a":{"b":null,"d":3}}""", """{"a":{"c":2,"d":3}}""")]
    [TestCase("""{"a":1}""", """{"a":{"b":1}}""", """{"a":{"b":1}}""")]
    public void A_patch_is_applied_as_RFC_7386_has_it(string to, string patch, string expected) =>
        Assert.That(ThreeWayMerge.Apply(Json(to)!, Json(patch)!).ToJsonString(), Is.EqualTo(expected));

    [Test]
    public void Who_applied_it_last_decides_how()
    {
        const string Managed = """
            {"metadata":{"managedFields":[
              {"manager":"kubectl","operation":"Update","time":"2026-01-03T00:00:00Z","fieldsV1":{"f:spec":{}}},
              {"manager":"gemma-operator","operation":"Apply","subresource":"status",
               "time":"2026-01-04T00:00:00Z","fieldsV1":{"f:spec":{}}},
              {"manager":"flux","operation":"Apply","time":"2026-01-02T00:00:00Z","fieldsV1":{"f:spec":{}}}]},
             "spec":{"a":1}}
            """;
        Assert.Multiple(() =>
        {
            Assert.That(ApplyMethod.Decide([], null), Is.InstanceOf<ApplyMethod.Create>());
            Assert.That(
                ApplyMethod.Decide([], JsonDocument.Parse(Managed).RootElement),
                Is.EqualTo(new ApplyMethod.ServerSide("flux"))
            );
            Assert.That(
                ApplyMethod.Locally(Json("""{"spec":{"b":2}}""")!, JsonDocument.Parse(Managed).RootElement)[
                    "spec"
                ]!.ToJsonString(),
                Is.EqualTo("""{"b":2}"""),
                "without the server the same"
            );
            Assert.That(
                ApplyMethod.Decide([], JsonDocument.Parse("""{"metadata":{},"spec":{}}""").RootElement),
                Is.InstanceOf<ApplyMethod.Merge>()
            );
        });
    }

    [Test]
    public void Changes_are_told_by_their_paths()
    {
        var changes = JsonChanges.Between(
            Json("""{"a":{"b":1,"l":[1]},"env":[{"name":"X","value":"1"},{"name":"Y","value":"2"}],"gone":{"d":1}}"""),
            Json("""{"a":{"b":2,"l":[1,2]},"env":[{"name":"X","value":"1"},{"name":"Y","value":"3"}],"n":"s"}"""),
            ""
        );
        Assert.That(
            changes.Select(c => $"{c.Path}: {c.OldText} → {c.NewText}"),
            Is.EqualTo([
                "a.b: 1 → 2",
                "a.l: [1] → [1,2]",
                "env[name=Y].value: 2 → 3",
                "gone.d: 1 → nothing",
                "n: nothing → s",
            ])
        );
    }

    [Test]
    public void A_text_is_compared_without_its_credentials()
    {
        var diff = TextDiff.Between("Dockerfile", "a\nb\n", "a\nRUN curl https://u:hunter2@h/\n", "gemma-b1");
        Assert.That(
            diff.Unified,
            Is.EqualTo([
                "--- Dockerfile of gemma-b1",
                "+++ Dockerfile",
                "@@ -1,2 +1,2 @@",
                " a",
                "-b",
                "+RUN curl https://***@h/",
            ])
        );
        Assert.That(
            TextDiff.Between("r", "", "x\n", null).Unified,
            Is.EqualTo(["--- /dev/null", "+++ r", "@@ -0,0 +1,1 @@", "+x"])
        );
        Assert.That(TextDiff.Between("r", "x", "x", "b").Unified, Is.Empty);
    }

    private static JsonObject? Json(string text) => JsonNode.Parse(text) as JsonObject;
}
