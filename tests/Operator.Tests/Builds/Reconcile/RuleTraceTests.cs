using System.Diagnostics;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Builds.Steps;
using GemmaOperator.Cluster;
using GemmaOperator.Metrics;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Runtime;
using Operator.Tests.Runtime.Control;

namespace Operator.Tests.Builds.Reconcile;

/// <summary>One can ask which rule decided.</summary>
internal sealed class RuleTraceTests
{
    [Test]
    public async Task The_rule_that_decided_reaches_the_log_and_the_trace()
    {
        var lines = new ScopedLines();
        using var loggers = LoggerFactory.Create(l => l.AddProvider(lines).SetMinimumLevel(LogLevel.Debug));
        using var activity = new Activity("reconcile").Start();

        var result = await Reconciler(loggers).ReconcileAsync(A.Build(1).Succeeded(), CancellationToken.None);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                lines.All.Select(l => l.Text),
                Has.One.EqualTo("ml/gemma-b1: Finished, since what has ended stays ended.")
            );
            Assert.That(activity.GetTagItem(GemmaBuildReconciler.RuleTag), Is.EqualTo("what has ended stays ended"));
            Assert.That(activity.GetTagItem(GemmaBuildReconciler.StepTag), Is.EqualTo("Finished"));
            Assert.That(result.RequeueAfter, Is.Null);
        }
    }

    private static GemmaBuildReconciler Reconciler(ILoggerFactory loggers)
    {
        var (api, time) = (new Nobody(), new FakeTimeProvider(new DateTimeOffset(A.Morning)));
        var slots = new BuildSlots(1, new ObjectCache<V1Job>(), time);
        return new GemmaBuildReconciler(
            new BuildGatherer(
                new ObjectCache<V1Job>(),
                new ObjectCache<V1Pod>(),
                new PodEventReader(api, NullLogger<PodEventReader>.Instance),
                new PodLogReader(api, NullLogger<PodLogReader>.Instance),
                time
            ),
            slots,
            new StepTools(api, null!, null!, new BuildOptions(), time),
            new StatusWriter(api),
            new EventPublisher(new Silence()),
            new FleetMetrics(
                new ObjectCache<GemmaBaseImage>(),
                new ObjectCache<GemmaBuild>(),
                () => slots.Count,
                () => true,
                Prometheus.Metrics.NewCustomRegistry()
            ),
            loggers.CreateLogger<GemmaBuildReconciler>()
        );
    }

    /// <summary>Nobody is asked anything.</summary>
    private sealed class Nobody : ScriptedApi;

    private sealed class Silence : IEventRecorder
    {
        public void Publish(
            IKubernetesObject<V1ObjectMeta> regarding,
            EventType type,
            string reason,
            string action,
            string note
        ) => Assert.Fail($"an event: {reason}");
    }
}
