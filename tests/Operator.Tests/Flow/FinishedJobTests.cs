using System.Collections.Concurrent;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using GemmaOperator.Cluster;
using GemmaOperator.Runtime.Contracts;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Clusters;

namespace Operator.Tests.Flow;

/// <summary>
/// Finished Jobs go: after their TTL, by a cluster's policy, or by hand. What they have shown isn't asked for again.
/// </summary>
internal sealed class FinishedJobTests
{
    private static readonly string[] Steps =
    [
        KanikoJob.Container,
        VerifyJob.Container,
        ScanJob.Reporter,
        PullJob.Container,
        SmokeJob.Container,
    ];

    [Test]
    public async Task A_Job_that_goes_after_its_result_is_known_is_not_run_again()
    {
        await using var stage = await Stage.StartAsync();
        var reports = stage.Runner.Ending;
        stage.Runner.Ending = c =>
            c.Name == ScanJob.Reporter ? new ContainerResult(0, ScanSummary.Write(new ScanStatus())) : reports(c);
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Verification = s.Verification with
                    {
                        Scan = new ScanSpec { Enabled = true, Image = "scanner.example/trivy@" + A.Digest(1) },
                    },
                    Rollout = s.Rollout with { Rollback = new RollbackSpec { SoakTime = "1h" } },
                }
            )
        );
        var first = (await stage.UntilReadyAsync()).Status!.ServingImage!;
        var runs = new ConcurrentQueue<string>();
        var gates = Steps
            .Append(ServingDeployment.ContainerName)
            .ToDictionary(
                s => s,
                _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
                StringComparer.Ordinal
            );
        stage.Runner.Hold = (c, cancellationToken) =>
        {
            runs.Enqueue(c.Name);
            return gates.TryGetValue(c.Name, out var gate)
                ? gate.Task.WaitAsync(cancellationToken)
                : Task.CompletedTask;
        };

        await stage.AskForBuildAsync("refresh");
        await GoAsync(KanikoJob.Container, () => BuildAsync(b => b.Status?.Candidate is not null));
        await GoAsync(VerifyJob.Container, () => BuildAsync(b => b.Status?.Verification?.Uid is not null));
        await GoAsync(ScanJob.Reporter, () => BuildAsync(b => b.HasSucceeded));
        await GoAsync(PullJob.Container, IsDeployedAsync);
        gates[ServingDeployment.ContainerName].SetResult();
        await GoAsync(
            SmokeJob.Container,
            async () => (await stage.ReadAsync()).Status!.Rollout?.SmokeTest?.Result == SmokeTestResult.Passed
        );
        stage.Time.Advance(TimeSpan.FromHours(1));
        await stage.NudgeAsync();
        await stage.UntilAsync(i => i.Status!.ServingImage!.Build == "gemma-b2", "it serves");
        await ForgetAsync();

        Assert.That(runs.Where(Steps.Contains), Is.EqualTo(Steps), "each once, in order");

        async Task GoAsync(string step, Func<Task<bool>> isKnown)
        {
            gates[step].SetResult();
            await Eventually.ThatAsync(isKnown, $"the result of {step} is known");
            await ForgetAsync();
        }

        async Task<bool> BuildAsync(Func<GemmaBuild, bool> isKnown) =>
            (await stage.ListAsync<GemmaBuild>()).Any(b => b.BuildName == "gemma-b2" && isKnown(b));

        async Task<bool> IsDeployedAsync() =>
            (await stage.ListAsync<V1Deployment>()).Single().Spec.Template.Spec.Containers[0].Image != first.Reference;

        // All finished Jobs go, and another life of the operator looks at everything.
        async Task ForgetAsync()
        {
            foreach (var job in (await stage.ListAsync<V1Job>()).Where(j => j.IsFinished))
            {
                await stage.Api.DeleteAsync<V1Job>(
                    stage.Cluster.Namespace,
                    job.Metadata.Name,
                    null,
                    CancellationToken.None
                );
            }

            await stage.StopOperatorAsync();
            await stage.StartOperatorAsync();
            await stage.SettledAsync();
        }
    }
}
