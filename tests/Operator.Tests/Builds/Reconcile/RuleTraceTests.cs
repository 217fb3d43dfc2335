using System.Diagnostics;
using GemmaOperator.Builds.Queue;
using GemmaOperator.Builds.Reconcile;
using GemmaOperator.Runtime.Caching;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging;
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
        var time = new FakeTimeProvider(new DateTimeOffset(A.Morning));
        var slots = new BuildSlots(1, new ObjectCache<V1Job>(), time);
        return ReconcilerExample.Of(new Nobody(), new Silence(), slots, time, loggers);
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
