using Operator.Tests.Api;
using Quickstart;
using Quickstart.Terminal;

namespace Operator.Tests.Samples;

/// <summary>The quickstart, whole: what a manifest leads to, and what it says of it.</summary>
internal sealed class DemoTests
{
    private const string Two = """
        apiVersion: v1
        kind: List
        items:
          - apiVersion: v1
            kind: ConfigMap
            metadata: {name: reqs, namespace: team-a}
            data: {requirements.txt: "fastapi==0.116.1"}
          - apiVersion: gemmaoperator.io/v1alpha1
            kind: GemmaBaseImage
            metadata: {name: first, namespace: team-a}
            spec:
              base: {pytorch: "2.10.0", cuda: "12.8", cudnn: "9"}
              requirements: {configMapRef: {name: reqs}}
              output: {repository: registry.example.com/team/first}
              rollout: {server: {nodeSelector: {pool: gpus}, model: {existingClaim: weights}}}
        ---
        apiVersion: rbac.authorization.k8s.io/v1
        kind: ClusterRole
        metadata: {name: reader}
        rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
        ---
        apiVersion: gemmaoperator.io/v1alpha1
        kind: GemmaBaseImage
        metadata: {name: second, namespace: team-b}
        spec:
          base: {image: "registry.example.com/any/base@sha256:1111111111111111111111111111111111111111111111111111111111111111"}
          output: {repository: registry.example.com/team/second}
          rollout:
            server:
              replicas: 2
              image: registry.example.com/team/gemma-server:3
              model: {image: {reference: "registry.example.com/weights/gemma:1"}}
        """;

    [TestCaseSource(nameof(Valid)), CancelAfter(120_000)]
    public async Task Every_sample_ends_Ready(string name, CancellationToken cancel)
    {
        var run = await DemoRun.OfAsync(Checkout.PathTo("samples", name), Until.Ready, cancel);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Errors, Is.Empty);
            Assert.That(run.Output, Does.Contain("result    Ready=True, "));
            Assert.That(run.Code, Is.Zero, run.Output);
        }
    }

    [Test, CancelAfter(120_000)]
    public async Task The_story_has_a_rebuild_of_what_moved_and_a_way_back(CancellationToken cancel)
    {
        var run = await DemoRun.OfAsync(Arguments.Sample, Until.Story, cancel);
        var told = string.Join(' ', run.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Errors, Is.Empty);
            Assert.That(run.Code, Is.Zero, run.Output);
            Assert.That(
                told,
                Does.Contain("edits configmap/gemma-requirements: fastapi==0.116.1 becomes fastapi==0.116.2")
            );
            Assert.That(told, Does.Contain("gemma-service-b2 ran: RequirementsChange (spec.requirements v1-"));
            Assert.That(told, Does.Contain("3 of 7 layers are new, 4 are those of gemma-service@sha256:"));
            Assert.That(
                told,
                Does.Contain(
                    "ran: SpecChange (spec.rollout.server.image gemma-inference:0.1.0 → gemma-inference:crashes)"
                )
            );
            Assert.That(told, Does.Contain("done Build Skipped, Assemble Succeeded"));
            Assert.That(told, Does.Contain("1 of 7 layers are new, 6 are those of gemma-service@sha256:"));
            Assert.That(told, Does.Contain("Stalled=True, RolledBack: ").And.Contain("undefined symbol"));
            Assert.That(told.Split(" cost ").Length - 1, Is.EqualTo(3), "each with its cost");
            Assert.That(
                run.Output.Split('\n').Where(l => TerminalText.Width(l) > 80),
                Is.Empty,
                "no line is wider than a terminal of unknown width"
            );
        }
    }

    [Test, CancelAfter(120_000)]
    public async Task Objects_of_several_namespaces_and_kinds_are_applied_and_each_image_is_followed(
        CancellationToken cancel
    )
    {
        var run = await DemoRun.OfTextAsync(Two, cancel);
        var told = string.Join(' ', run.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Errors, Is.Empty);
            Assert.That(run.Code, Is.Zero, run.Output);
            Assert.That(
                told,
                Does.Contain("clusterrole/reader")
                    .And.Contain("namespace/team-a made")
                    .And.Contain("namespace/team-b made")
            );
            Assert.That(told, Does.Contain("3 nvidia.com/gpu, the label pool=gpus"));
            Assert.That(
                told,
                Does.Contain("first: first-service@sha256:").And.Contain("second: second-service@sha256:")
            );
            Assert.That(told, Does.Contain("spec.base.image has the digest of its stand-in here"));
        }
    }

    [Test, CancelAfter(60_000)]
    public async Task What_only_the_operator_refuses_is_told_as_its_status_says_it(CancellationToken cancel)
    {
        var run = await DemoRun.OfAsync(Checkout.PathTo("samples", "invalid-cuda-pair.yaml"), Until.Ready, cancel);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Code, Is.EqualTo(1));
            Assert.That(run.Output, Does.Contain("Stalled=True, InvalidSpec: spec.base.cuda: PyTorch 2.1.0"));
        }
    }

    [Test, CancelAfter(60_000)]
    public async Task A_build_that_needs_a_registry_elsewhere_fails_and_asks_nobody(CancellationToken cancel)
    {
        var run = await DemoRun.OfTextAsync(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: own}
            data:
              Dockerfile: |
                ARG BASE_IMAGE
                FROM ${BASE_IMAGE} AS ours
                FROM quay.io/team/base:1
                RUN true
                USER 10001:10001
            ---
            apiVersion: gemmaoperator.io/v1alpha1
            kind: GemmaBaseImage
            metadata: {name: own}
            spec:
              base: {image: "registry.example.com/any/base:1"}
              dockerfile: {configMapRef: {name: own}}
              build: {retries: 0}
              output: {repository: registry.example.com/team/own}
              rollout: {mode: PublishOnly}
            """,
            cancel
        );
        var told = string.Join(' ', run.Output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(run.Errors, Is.Empty);
            Assert.That(run.Code, Is.EqualTo(1), run.Output);
            Assert.That(told, Does.Contain("speaks to this machine's own registries alone, not to quay.io"));
        }
    }

    private static IEnumerable<string> Valid => Sample.Valid.Select(s => s.Name);
}
