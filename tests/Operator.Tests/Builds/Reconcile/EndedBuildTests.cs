using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Steps.Jobs;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Runtime;

namespace Operator.Tests.Builds.Reconcile;

/// <summary>A build that ends gives its slot back in the same pass, for no other is sure to come.</summary>
internal sealed class EndedBuildTests
{
    [Test]
    public async Task A_build_whose_last_Job_is_lost_keeps_no_slot()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(A.Morning));
        var slots = new BuildSlots(1, new ObjectCache<V1Job>(), time);
        var name = KanikoJob.Name(A.Build(1), 1);
        var build = A.Build(1).Retrying(0) with
        {
            Status = new GemmaBuildStatus
            {
                Attempts = 1,
                ConfirmedOwner = A.BaseImage().Metadata.Uid,
                JobRef = new LocalReference { Name = name },
            },
        };
        slots.Admit(build, new AwaitJob(KanikoStep.Instance, name, "it runs", null));
        Assert.That(slots.Count.Running, Is.EqualTo(1));

        var api = new JoblessApi();
        var reconciler = ReconcilerExample.Of(api, new Silence(), slots, time, NullLoggerFactory.Instance);
        await reconciler.ReconcileAsync(build, CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(api.Written!.CompletionTime, Is.Not.Null);
            Assert.That(slots.Count.Running, Is.Zero);
        }
    }

    /// <summary>Has no Job, and takes any status.</summary>
    private sealed class JoblessApi : ScriptedApi
    {
        public GemmaBuildStatus? Written { get; private set; }

        public override Task<T?> GetAsync<T>(string? ns, string name, CancellationToken cancellationToken)
            where T : class => Task.FromResult(A.BaseImage() as T);

        public override Task<T> ApplyStatusAsync<T>(T body, CancellationToken cancellationToken)
        {
            Written = ((GemmaBuild)(object)body).Status;
            return Task.FromResult(body);
        }
    }

    private sealed class Silence : IEventRecorder
    {
        public void Publish(
            IKubernetesObject<V1ObjectMeta> regarding,
            EventType type,
            string reason,
            string action,
            string note
        ) { }
    }
}
