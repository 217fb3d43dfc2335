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
    [TestCase("build: {resources: {requests: {cpu: '1e999999999'}}}", "build.resources.requests.cpu")]
    [TestCase(
        "verification: {scan: {resources: {limits: {memory: 1e99}}}}",
        "verification.scan.resources.limits.memory"
    )]
    [TestCase("build: {resources: {requests: {cpu: [1]}}}", "build.resources.requests.cpu")]
    [TestCase("build: {resources: {requests: {memory: '99999999999999999999999999999999'}}}", "out of range")]
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

    [Test]
    public void A_scanner_of_a_namespace_is_judged_though_the_operator_switches_it_on()
    {
        var policy = new TenantPolicy { ScannerImages = [] };
        const string text = "verification: {scan: {image: registry.example/own/scanner:1}}";
        var below = DefaultsText
            .Parse(
                DefaultsOrigin.Operator,
                "verification: {scan: {enabled: true, image: registry.example/wide/scanner:1}}"
            )
            .Value;
        Assert.That(
            LayerPolicy.Decide(Source(text), null, DefaultsOrigin.Namespace, below, policy).Problem,
            Does.Contain("verification.scan.image").And.Contain("--allowed-scanner-image")
        );
    }

    [Test]
    public void What_was_in_force_and_is_not_allowed_any_more_stays_so_that_objects_are_refused_and_not_built_without()
    {
        var policy = new TenantPolicy { ExecutorImages = [] };
        const string text = "build: {executorImage: registry.example/own/executor:1}";
        var state = LayerPolicy.Decide(Source(text), text, DefaultsOrigin.Namespace, below: null, policy);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(state.InForce?.Text, Is.EqualTo(text));
            Assert.That(state.Problem, Does.Contain("--allowed-executor-image"));
        }
    }

    [TestCase("output: {insecure: true}")]
    [TestCase("output: {credentials: {type: WorkloadIdentity}}")]
    [TestCase("build: {retrys: 1}")]
    public void What_only_objects_may_say_does_not_come_back_as_what_was_in_force(string forged) =>
        Assert.That(Decide("build: {retrys: 1}", forged).InForce, Is.Null);

    private static LayerState Decide(string text, string? kept) =>
        LayerPolicy.Decide(Source(text), kept, DefaultsOrigin.Namespace, below: null, TenantPolicy.None);

    private static DefaultsSource Source(string text) => new("ConfigMap gemma-defaults", text);
}
