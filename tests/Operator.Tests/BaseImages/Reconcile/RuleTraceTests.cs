using System.Diagnostics;
using GemmaOperator.BaseImages.Reconcile;
using Microsoft.Extensions.Logging;

namespace Operator.Tests.BaseImages.Reconcile;

/// <summary>Which rule decided can be asked of a running operator.</summary>
internal sealed class RuleTraceTests
{
    [Test]
    public void The_rules_that_decided_reach_the_debug_log_and_the_span()
    {
        using var span = new Activity("reconcile").Start();
        var log = new Lines(LogLevel.Debug);
        var image = A.BaseImage().Knowing(1);
        RuleTrace.Write(log, image, ImagePlan.Decide(A.Snapshot(image, builds: [A.Build(1)])));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                log.All,
                Is.EqualTo(
                    new[]
                    {
                        "Debug ml/gemma: Wait, by the rule \"a running build is waited for\"",
                        "Debug ml/gemma: Hold, by the rule \"without an image there is nothing to serve\"",
                    }
                )
            );
            Assert.That(span.GetTagItem("gemmaoperator.rule"), Is.EqualTo("a running build is waited for"));
            Assert.That(
                span.GetTagItem("gemmaoperator.rollout_rule"),
                Is.EqualTo("without an image there is nothing to serve")
            );
        }
    }

    [Test]
    public void Without_debug_logging_nothing_is_written()
    {
        var log = new Lines(LogLevel.Information);
        RuleTrace.Write(log, A.BaseImage(), ImagePlan.Decide(A.Snapshot()));
        Assert.That(log.All, Is.Empty);
    }

    private sealed class Lines(LogLevel least) : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= least;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => All.Add($"{logLevel} {formatter(state, exception)}");
    }
}
