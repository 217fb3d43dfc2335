using GemmaOperator.Api.Defaults;
using GemmaOperator.BaseImages.Defaults;
using GemmaOperator.Tenancy;

namespace Operator.Tests.BaseImages.Defaults;

/// <summary>What isn't good is told by its field, and what was good before stays.</summary>
internal sealed class LayerPolicyTests
{
    private const string Good = "build: {retries: 1}";

    [TestCase("build: {retrys: 1}", "build.retrys")]
    [TestCase("build: {resources: {limit: {cpu: 1}}}", "build.resources.limit")]
    [TestCase("build: {env: [{nam: A}]}", "build.env[0].nam")]
    [TestCase("build: {retries: many}", "build.retries")]
    [TestCase("build: {retries: 100}", "build.retries")]
    [TestCase("build: {executorImage: 'not an image'}", "build.executorImage")]
    [TestCase("build: {cache: {mode: Sometimes}}", "build.cache.mode")]
    [TestCase("build: {cache: {repository: registry.example/a/b}}", "build.cache.repository")]
    [TestCase("output: {repository: registry.example/a/b}", "output.repository")]
    [TestCase("build: [1]", "build")]
    [TestCase("output: {insecure: true}", "output.insecure")]
    [TestCase("output: {credentials: {type: WorkloadIdentity}}", "output.credentials.type")]
    [TestCase("build: {retries: 1, retries: 2}", "twice")]
    [TestCase("- a", "no mapping")]
    [TestCase("build: {retries: 1", "line")]
    [TestCase("build: {retries: 1}\n---\nbuild: {retries: 1}", "2 documents")]
    [TestCase("verification: {scan: {enabled: true}}", "verification.scan.image")]
    public void What_is_wrong_is_named_and_the_last_good_ones_stay(string text, string told)
    {
        var state = Decide(text, kept: Good);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(state.Problem, Does.StartWith("ConfigMap gemma-defaults: ").And.Contain(told));
            Assert.That(state.Problem, Does.Contain("The last good ones stay in force"));
            Assert.That(state.InForce?.Text, Is.EqualTo(Good));
        }

        Assert.That(Decide(text, kept: null).InForce, Is.Null);
    }

    [TestCase(Good)]
    [TestCase("")]
    [TestCase("# nothing yet\n")]
    [TestCase("build:\n  caBundleRef: {name: corporate-ca}\n  imagePullSecrets: [{name: mirror}]")]
    [TestCase("output: {credentials: {type: Secret, secretRef: {name: push}}}\nretention: {successfulBuilds: 3}")]
    [TestCase("build: {resources: {requests: {cpu: 1, memory: 2Gi}}}")]
    [TestCase("rollout: {server: {tolerations: [{key: gpu, operator: Exists}], env: [{name: A, value: b}]}}")]
    public void What_is_good_counts(string text)
    {
        var state = Decide(text, kept: "build: {retries: 3}");
        Assert.That((state.InForce?.Text, state.Problem), Is.EqualTo((text, (string?)null)));
    }

    [Test]
    public void Taking_them_away_is_no_mistake() =>
        Assert.That(
            LayerPolicy.Decide(
                new DefaultsSource("ConfigMap gemma-defaults", null),
                Good,
                DefaultsOrigin.Namespace,
                below: null,
                TenantPolicy.None
            ),
            Is.EqualTo(LayerState.None)
        );

    [Test]
    public void Those_of_a_namespace_may_name_what_specs_may_name_and_no_more()
    {
        var policy = new TenantPolicy { ExecutorImages = [] };
        const string text = "build: {executorImage: registry.example/own/executor:1}";
        var refused = LayerPolicy.Decide(Source(text), Good, DefaultsOrigin.Namespace, below: null, policy);
        Assert.That(refused.Problem, Does.Contain("build.executorImage").And.Contain("--allowed-executor-image"));
        var below = DefaultsText.Parse(DefaultsOrigin.Operator, text).Value;
        Assert.That(
            LayerPolicy.Decide(Source(Good), null, DefaultsOrigin.Namespace, below, policy).Problem,
            Is.Null,
            "what the operator gives to all isn't the namespace's"
        );
    }

    private static LayerState Decide(string text, string? kept) =>
        LayerPolicy.Decide(Source(text), kept, DefaultsOrigin.Namespace, below: null, TenantPolicy.None);

    private static DefaultsSource Source(string text) => new("ConfigMap gemma-defaults", text);
}
