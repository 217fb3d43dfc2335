using GemmaOperator.Cluster;
using k8s.Models;
using Operator.Tests.Runtime;

namespace Operator.Tests.Cluster;

/// <summary>A pod's last word counts when it runs what its Job asks for; the API server is asked once.</summary>
internal sealed class JobPodReaderTests
{
    private static readonly V1Job Job = new()
    {
        Metadata = new V1ObjectMeta { Name = "job", Uid = "job" },
        Spec = new V1JobSpec { Template = new V1PodTemplateSpec { Spec = Running("r.example/a@" + A.Digest(1)) } },
    };

    [TestCase("Succeeded", true)]
    [TestCase("Failed", true)]
    [TestCase("Running", false)]
    public async Task Only_a_pod_that_has_something_to_say_is_asked_for_and_once(string phase, bool isAsked)
    {
        var api = new OnePod(Job.Spec.Template.Spec);
        var reader = new JobPodReader(api);
        for (var pass = 0; pass < 3; pass++)
        {
            var (believed, foreign) = await reader.ReadAsync([Job], [Pod(phase)], CancellationToken.None);
            Assert.That((believed.Count, foreign.Count), Is.EqualTo((1, 0)));
        }

        Assert.That(api.Asked, Is.EqualTo(isAsked ? 1 : 0));
    }

    [Test]
    public async Task A_pod_that_runs_something_else_is_named_with_what_differs()
    {
        var api = new OnePod(Running("r.example/a@" + A.Digest(2)));
        var (believed, foreign) = await new JobPodReader(api).ReadAsync([Job], [Pod("Succeeded")], default);
        Assert.That(believed, Is.Empty);
        Assert.That(foreign, Is.EqualTo(new[] { new ForeignPod("job", "pod", "spec.containers[verify].image") }));
    }

    [Test]
    public async Task A_pod_that_is_gone_or_made_anew_says_nothing()
    {
        foreach (
            var api in new[]
            {
                new OnePod(null),
                new OnePod(Job.Spec.Template.Spec) { Uid = "another" },
            }
        )
        {
            var (believed, foreign) = await new JobPodReader(api).ReadAsync([Job], [Pod("Succeeded")], default);
            Assert.That((believed.Count, foreign.Count), Is.EqualTo((0, 0)));
        }
    }

    private static V1PodSpec Running(string image) =>
        new() { RestartPolicy = "Never", Containers = [new V1Container { Name = "verify", Image = image }] };

    private static V1Pod Pod(string phase, V1PodSpec? spec = null, string uid = "pod") =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = "pod",
                Uid = uid,
                ResourceVersion = "7",
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        ApiVersion = "batch/v1",
                        Kind = "Job",
                        Name = "job",
                        Uid = "job",
                        Controller = true,
                    },
                ],
            },
            Spec = spec,
            Status = new V1PodStatus { Phase = phase },
        };

    private sealed class OnePod(V1PodSpec? spec) : ScriptedApi
    {
        public int Asked { get; private set; }

        public string Uid { get; init; } = "pod";

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class
        {
            Asked++;
            return Task.FromResult(spec is null ? null : Pod("Succeeded", spec, Uid) as T);
        }
    }
}
