using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using k8s.Models;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>No more builds run than the operator may; the others wait, and say where they stand.</summary>
internal sealed class QueueFlowTests
{
    [Test]
    public async Task Builds_over_the_cap_wait_with_their_position_and_all_come_to_an_end()
    {
        await using var stage = await Stage.StartAsync(startOperator: false);
        stage.MaxBuilds = 1;
        var (open, running, most) = (new TaskCompletionSource(), 0, 0);
        stage.Runner.Hold = async (container, cancellationToken) =>
        {
            if (container.Args.Any(a => a.StartsWith("--destination", StringComparison.Ordinal)))
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                await open.Task.WaitAsync(cancellationToken);
                Interlocked.Decrement(ref running);
            }
        };
        await stage.StartOperatorAsync();
        foreach (var name in new[] { "one", "two", "three" })
        {
            var image = stage.Image(s =>
                s with
                {
                    Output = s.Output with { Repository = $"{s.Output.Repository}-{name}" },
                }
            );
            image.Metadata.Name = name;
            await stage.ApplyAsync(image);
        }

        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<GemmaBuild>()).Count(b => Reconciling(b) is { Reason: "Queued" }) == 2
                && await stage.JobsAsync("kaniko") == 1,
            "one runs and two wait"
        );
        var queued = (await stage.ListAsync<GemmaBuild>())
            .Select(Reconciling)
            .Where(c => c?.Reason == "Queued")
            .ToList();
        Assert.That(
            queued.Select(c => c!.Message),
            Has.Some.Contains("position 1 of").And.All.Contains("at most 1 builds at once")
        );
        await Eventually.ThatAsync(
            async () =>
                (await stage.ListAsync<GemmaBaseImage>()).Count(i => Stage.Is(i, "Reconciling", "True", "Queued")) == 2,
            "the images say it too"
        );

        // A new life counts what the old one left running.
        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync();
        await stage.SettledAsync();
        Assert.That(await stage.JobsAsync("kaniko"), Is.EqualTo(1));

        open.SetResult();
        await Eventually.ThatAsync(
            async () => (await stage.ListAsync<GemmaBuild>()).Count(b => b.HasSucceeded) == 3,
            "all are built"
        );
        Assert.That(most, Is.EqualTo(1));
    }

    private static V1Condition? Reconciling(GemmaBuild build) =>
        build.Status?.Conditions.FirstOrDefault(c => c.Type == ConditionType.Reconciling);
}
