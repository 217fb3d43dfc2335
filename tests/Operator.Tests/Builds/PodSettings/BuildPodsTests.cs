using GemmaOperator.Api.Access;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Isolation;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Inputs;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using k8s;
using k8s.Models;

namespace Operator.Tests.Builds.PodSettings;

/// <summary>What a spec says of the pods of a build holds for all of them alike.</summary>
internal sealed class BuildPodsTests
{
    private static readonly ImageStatus Candidate = new()
    {
        Reference = "registry.example/team/gemma-base@sha256:0000",
        Digest = "sha256:0000",
    };

    private static readonly BuildOptions Options = new() { OperatorImage = "registry.example/gemma-operator:1.0.0" };

    [Test]
    public void The_Dockerfile_behind_a_proxy_is_as_agreed() =>
        Golden.Matches("corporate.Dockerfile", Build().Spec!.Resolved.Dockerfile);

    [Test]
    public void The_Jobs_behind_a_proxy_are_as_agreed() =>
        Golden.Matches("corporate.jobs.yaml", string.Join("\n---\n", Jobs(Build()).Select(KubernetesYaml.Serialize)));

    [Test]
    public void A_build_that_is_not_isolated_has_the_same_surroundings()
    {
        var spec = BuildExamples.CorporateSpec;
        spec = spec with { Build = spec.Build with { Isolation = BuildIsolation.Legacy } };
        var (legacy, isolated) = (Jobs(BuildExamples.Build(spec))[0], Jobs(Build())[0]);
        Assert.Multiple(() =>
        {
            Assert.That(
                Executor(legacy).Env.Select(e => e.Name),
                Is.SupersetOf(Executor(isolated).Env.Select(e => e.Name))
            );
            Assert.That(legacy.Metadata.Labels, Is.EqualTo(isolated.Metadata.Labels));
            Assert.That(
                legacy.Spec.Template.Spec.ImagePullSecrets.Select(s => s.Name),
                Is.EqualTo(new[] { "mirror", "push" })
            );
        });
    }

    [Test]
    public void What_the_operator_sets_stays_whatever_a_spec_of_another_release_says()
    {
        var spec = BuildExamples.Spec with
        {
            Build = new BuildSpec
            {
                PodLabels = new Dictionary<string, string> { [ApiGroup.BuildLabel] = "another", ["team"] = "ml" },
                PodAnnotations = new Dictionary<string, string>
                {
                    ["cluster-autoscaler.kubernetes.io/safe-to-evict"] = "true",
                },
            },
        };
        var build = BuildExamples.Build(spec);
        var pods = KanikoJob.For(build, 1, Options).Spec.Template.Metadata;
        Assert.Multiple(() =>
        {
            Assert.That(pods.Labels[ApiGroup.BuildLabel], Is.EqualTo(build.Metadata.Name));
            Assert.That(pods.Labels["team"], Is.EqualTo("ml"));
            Assert.That(pods.Annotations["cluster-autoscaler.kubernetes.io/safe-to-evict"], Is.EqualTo("false"));
        });
    }

    [Test]
    public void Credentials_of_indexes_are_in_the_container_that_installs_and_in_no_other()
    {
        var holders = Jobs(Build())
            .SelectMany(j => (j.Spec.Template.Spec.InitContainers ?? []).Concat(j.Spec.Template.Spec.Containers))
            .Where(c => c.VolumeMounts.Any(m => m.MountPath == "/gemma-index"))
            .Select(c => c.Name);
        Assert.That(holders, Is.EqualTo(new[] { KanikoJob.Container }));
    }

    [Test]
    public void Other_credentials_are_another_attempt_and_no_other_input()
    {
        var before = BuildExamples.CorporateSpec;
        var after = before with
        {
            Requirements = before.Requirements! with { IndexCredentialsRef = new NetrcReference { Name = "other" } },
        };
        var inputs = BuildExamples.Inputs(before);
        Assert.Multiple(() =>
        {
            Assert.That(Fingerprints.Inputs(BuildExamples.Inputs(after)), Is.EqualTo(Fingerprints.Inputs(inputs)));
            Assert.That(
                Fingerprints.Attempt(inputs, BuildExamples.Template(after)),
                Is.Not.EqualTo(Fingerprints.Attempt(inputs, BuildExamples.Template(before)))
            );
        });
    }

    private static IEnumerable<TestCaseData> Changes()
    {
        yield return Case("env", b => b with { Env = [] });
        yield return Case("podLabels", b => b with { PodLabels = new Dictionary<string, string>() });
        yield return Case("podAnnotations", b => b with { PodAnnotations = new Dictionary<string, string>() });
        yield return Case("caBundleRef", b => b with { CaBundleRef = null });
        yield return Case(
            "caBundleRef.key",
            b => b with { CaBundleRef = new BundleReference { Name = "authorities" } }
        );
        yield return Case("imagePullSecrets", b => b with { ImagePullSecrets = [] });
    }

    /// <summary>They say how it is built: a failed build is tried again with them, a good one stays.</summary>
    [TestCaseSource(nameof(Changes))]
    public void A_changed_surrounding_is_another_attempt_and_no_other_input(Func<BuildSpec, BuildSpec> change)
    {
        var before = BuildExamples.CorporateSpec;
        var after = before with { Build = change(before.Build) };
        var inputs = BuildExamples.Inputs(before);
        Assert.Multiple(() =>
        {
            Assert.That(Fingerprints.Inputs(BuildExamples.Inputs(after)), Is.EqualTo(Fingerprints.Inputs(inputs)));
            Assert.That(
                Fingerprints.Publish(BuildExamples.Template(after)),
                Is.EqualTo(Fingerprints.Publish(BuildExamples.Template(before)))
            );
            Assert.That(
                Fingerprints.Attempt(inputs, BuildExamples.Template(after)),
                Is.Not.EqualTo(Fingerprints.Attempt(inputs, BuildExamples.Template(before)))
            );
        });
    }

    private static TestCaseData Case(string name, Func<BuildSpec, BuildSpec> change) =>
        new TestCaseData(change).SetArgDisplayNames(name);

    private static GemmaBuild Build() => BuildExamples.Build(BuildExamples.CorporateSpec);

    private static V1Container Executor(V1Job job) =>
        (job.Spec.Template.Spec.InitContainers ?? [])
            .Concat(job.Spec.Template.Spec.Containers)
            .Single(c => c.Name == KanikoJob.Container);

    private static V1Job[] Jobs(GemmaBuild build)
    {
        V1Job[] all =
        [
            KanikoJob.For(build, 1, Options),
            VerifyJob.For(build, Candidate, new VerificationTemplate(), 1),
            ScanJob.For(
                build,
                Candidate,
                new ScanSpec { Enabled = true, Image = "registry.example/trivy@sha256:1111" },
                Options.OperatorImage,
                isInsecure: false,
                attempt: 1,
                A.Morning
            ),
        ];
        // Its text is tested by running it.
        all[1].Spec.Template.Spec.Containers[0].Args[0] = "(verify.py)";
        return all;
    }
}
