using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Runtime.Caching;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace Operator.Tests.Builds.Queue;

[Parallelizable(ParallelScope.All)]
public sealed class BuildSlotsTests
{
    private static readonly BuildStep Start = new StartKaniko(1);

    [Test]
    public void A_build_that_went_while_another_led_keeps_no_slot_of_the_next_term()
    {
        var slots = new BuildSlots(1, new ObjectCache<V1Job>(), new FakeTimeProvider());
        Assert.That(slots.Admit(A.Build(1), Start), Is.EqualTo(Start));
        Assert.That(slots.Admit(A.Build(2), Start), Is.InstanceOf<WaitForSlot>());

        slots.Reset();
        Assert.That(slots.Count, Is.EqualTo((0, 0)));
        Assert.That(slots.Admit(A.Build(3), Start), Is.EqualTo(Start));
    }

    [Test]
    public void A_new_term_counts_the_Jobs_that_run()
    {
        var jobs = new ObjectCache<V1Job>();
        var slots = new BuildSlots(1, jobs, new FakeTimeProvider());
        Assert.That(
            slots.Admit(A.Build(1), new AwaitJob(KanikoStep.Instance, "job", "it runs", null)),
            Is.InstanceOf<AwaitJob>()
        );
        slots.Release(A.Build(1));
        jobs.Replace([Job(A.Build(2))], "2");
        slots.Reset();
        Assert.That(slots.Admit(A.Build(3), Start), Is.InstanceOf<WaitForSlot>());
    }

    private static V1Job Job(GemmaBuild build) =>
        new()
        {
            Metadata = new V1ObjectMeta
            {
                Name = $"{build.Metadata.Name}-a1",
                NamespaceProperty = build.Metadata.NamespaceProperty,
                ResourceVersion = "1",
                Uid = "job",
                OwnerReferences =
                [
                    new V1OwnerReference
                    {
                        Uid = build.Metadata.Uid,
                        Name = build.Metadata.Name,
                        Kind = "GemmaBuild",
                        Controller = true,
                    },
                ],
            },
            Spec = new V1JobSpec
            {
                Template = new V1PodTemplateSpec
                {
                    Spec = new V1PodSpec { Containers = [new V1Container { Name = KanikoJob.Container }] },
                },
            },
        };
}
