using GemmaOperator.Runtime.Contracts;
using Microsoft.Extensions.Logging;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Gadgets;

namespace Operator.Tests.Runtime.Control;

/// <summary>What a reconcile says about what comes next is done.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ResultTests
{
    [Test]
    public async Task A_success_may_ask_to_come_back_and_a_failure_says_when()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world.Build(gadget =>
            Interlocked.Increment(ref calls) switch
            {
                1 => ReconciliationResult<Gadget>.Success(gadget, TimeSpan.FromMilliseconds(20)),
                2 => ReconciliationResult<Gadget>.Failure(
                    gadget,
                    "not yet",
                    requeueAfter: TimeSpan.FromMilliseconds(20)
                ),
                3 => ReconciliationResult<Gadget>.Failure(gadget, "not yet"),
                _ => ReconciliationResult<Gadget>.Success(gadget),
            }
        );
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => calls == 4, "it came back three times");
    }

    [Test]
    public async Task A_failure_that_asks_to_come_back_at_once_backs_off_like_any_other()
    {
        await using var world = await World.StartAsync();
        var calls = 0;
        world.Build(gadget =>
            Interlocked.Increment(ref calls) < 4
                ? ReconciliationResult<Gadget>.Failure(gadget, "not yet", requeueAfter: TimeSpan.Zero)
                : ReconciliationResult<Gadget>.Success(gadget)
        );
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => calls == 4, "it came back three times");
        Assert.That(await world.ScrapeAsync(), Does.Match("workqueue_retries_total.* 3"));
    }

    [TestCase("not yet")]
    [TestCase("not yet.")]
    public async Task The_line_about_a_failure_is_made_of_sentences(string reason)
    {
        var lines = new ScopedLines();
        await using var world = await World.StartAsync(LoggerFactory.Create(l => l.AddProvider(lines)));
        var calls = 0;
        world.Build(gadget =>
            Interlocked.Increment(ref calls) switch
            {
                1 => ReconciliationResult<Gadget>.Failure(gadget, reason),
                2 => ReconciliationResult<Gadget>.Failure(gadget, reason, requeueAfter: TimeSpan.FromMilliseconds(20)),
                _ => ReconciliationResult<Gadget>.Success(gadget),
            }
        );
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(() => calls == 3, "it came back twice");
        var told = lines.All.Select(l => l.Text).Where(t => t.Contains("not yet", StringComparison.Ordinal)).ToList();
        Assert.That(told[0], Does.Contain(": not yet. Attempt 1, again in "));
        Assert.That(told[1], Does.Contain(": not yet. Again in "));
    }

    [Test]
    public async Task A_worker_that_breaks_is_not_missed_behind_those_that_go_on()
    {
        await using var world = await World.StartAsync(
            LoggerFactory.Create(l => l.AddProvider(new BreakingLog("failed after")))
        );
        world.Build(gadget => ReconciliationResult<Gadget>.Failure(gadget, "never"));
        await world.RunAsync();
        await world.CreateAsync("a", 1);
        await Eventually.That(
            () => world.Host.Completion.IsFaulted && !world.Host.Health.IsLive,
            "the process is not live"
        );
    }

    /// <summary>A log that fails on one line, as when its disk is full.</summary>
    private sealed class BreakingLog(string line) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (formatter(state, exception).Contains(line, StringComparison.Ordinal))
            {
                throw new IOException("no space left");
            }
        }

        public void Dispose() { }
    }
}
