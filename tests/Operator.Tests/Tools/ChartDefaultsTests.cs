using System.Text.Json.Nodes;
using GemmaOperator.Api.Defaults;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Tenancy;

namespace Operator.Tests.Tools;

/// <summary>What the chart's <c>defaults</c> say is what the operator reads.</summary>
public sealed class ChartDefaultsTests
{
    private const string Name = "release-gemma-operator-defaults";

    private const string Values = """
        defaults:
          requirements: {minAge: 72h}
          build:
            retries: 1
            env: [{name: HTTPS_PROXY, value: "http://proxy.example:3128"}]
            resources: {requests: {cpu: 1, memory: 2Gi, ephemeral-storage: 64000000000}}
            tolerations: [{key: gpu, operator: Exists, effect: NoExecute, tolerationSeconds: 1000000}]
          cost: {pricePerMinute: "0.01", currency: EUR}
        """;

    [Test]
    public async Task They_get_to_the_operator_as_they_are_and_are_good()
    {
        var values = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(values, Values);
            GetThere(await Helm.RenderAsync(["--values", values]));
        }
        finally
        {
            File.Delete(values);
        }
    }

    private static void GetThere(IReadOnlyList<JsonObject> documents)
    {
        var map = documents.Single(d => (string?)d["kind"] == "ConfigMap" && (string?)d["metadata"]!["name"] == Name);
        var state = LayerPolicy.Decide(
            new DefaultsSource("--defaults", (string)map["data"]![DefaultsObjects.SourceKey]!),
            kept: null,
            DefaultsOrigin.Operator,
            below: null,
            TenantPolicy.None
        );
        Assert.That(state.Problem, Is.Null);
        Assert.That(
            InheritableFields.All.Where(state.InForce!.Gives).Select(f => f.Name),
            Is.EquivalentTo(
                new[]
                {
                    "requirements.minAge",
                    "build.retries",
                    "build.resources",
                    "build.tolerations",
                    "build.env",
                    "cost.pricePerMinute",
                }
            )
        );

        var pod = documents.Single(d => (string?)d["kind"] == "Deployment")["spec"]!["template"]!["spec"]!;
        var mount = pod["containers"]![0]!["volumeMounts"]!.AsArray().Single(m => (string?)m!["name"] == "defaults")!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                pod["containers"]![0]!["args"]!.AsArray().Select(a => (string?)a),
                Has.Member($"--defaults={mount["mountPath"]}/{DefaultsObjects.SourceKey}")
            );
            Assert.That(pod["volumes"]!.AsArray().Select(v => (string?)v!["configMap"]?["name"]), Has.Member(Name));
        }
    }

    [TestCase("defaults.build.retrys=1", "retrys")]
    [TestCase("defaults.output.repository=registry.example/a/b", "repository")]
    [TestCase("defaults.build.retries=100", "retries")]
    public async Task What_the_operator_would_not_take_is_refused_before(string value, string named)
    {
        var (code, output) = await Helm.TemplateAsync(["--set", value]);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output, Does.Contain(named));
    }
}
