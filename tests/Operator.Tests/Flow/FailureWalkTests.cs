using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Builds.Steps.Verify;
using k8s.Models;
using LocalCluster.Nodes;
using Operator.Tests.Clusters;
using StandIns;

namespace Operator.Tests.Flow;

/// <summary>
/// A failure of each class at each step of a refresh and of a changed spec: what serves goes on serving, the conditions
/// say what happened, one event tells of it, and the next build succeeds once the cause is gone.
/// </summary>
internal sealed class FailureWalkTests
{
    /// <summary>One thing that goes wrong with a new image while an old one serves.</summary>
    /// <param name="Step">Where.</param>
    /// <param name="Reason">Of the condition that names it, and of its event.</param>
    /// <param name="Break">Lets it go wrong.</param>
    /// <param name="NeedsServer">It concerns the served image, not the base.</param>
    internal sealed record Failure(string Step, string Reason, Action<Stage> Break, bool NeedsServer = false)
    {
        public override string ToString() => $"{Step}: {Reason}";
    }

    private static readonly Failure[] Failures =
    [
        new("Build", "DependencyResolutionFailed", s => At(s, KanikoJob.Container, SimulatedFault.Pip)),
        new("Build", "OutOfMemory", s => At(s, KanikoJob.Container, SimulatedFault.OutOfMemory)),
        new("Build", "EphemeralStorageExceeded", s => At(s, KanikoJob.Container, SimulatedFault.DiskFull)),
        new("Build", "AuthenticationFailed", s => At(s, KanikoJob.Container, SimulatedFault.PushDenied)),
        new("Build", "PushFailed", s => s.Runner.Lie = _ => A.Digest(7)),
        new("Verify", "RunsAsRoot", s => s.Runner.Config = config => config["User"] = "0:0"),
        new("Verify", "RunsAsRoot", s => s.Check.Spoil = r => r["uid"] = 0),
        new("Verify", "ImportFailed", s => s.Check.Spoil = r => r["imports"]![0]!["error"] = "boom"),
        new("Verify", "VersionMismatch", s => s.Check.Spoil = r => r["torch"]!["version"] = "2.9.0"),
        new("Verify", "PullTestFailed", s => s.Check.Spoil = r => r["digest"] = "sha256:other"),
        new(
            "Verify",
            "PullTestFailed",
            s => Says(s, VerifyJob.Container, new ContainerResult(0, "Segmentation fault"))
        ),
        new(
            "Verify",
            "PullTestFailed",
            s => Says(s, VerifyJob.Container, new ContainerResult(0, "{\"v\":1,\"digest\":\"" + new string('x', 4077)))
        ),
        new("Verify", "PullTestFailed", s => At(s, VerifyJob.Container, new SimulatedFault([], 139))),
        new("Verify", "PullTestFailed", s => At(s, VerifyJob.Container, SimulatedFault.OutOfMemory)),
        new(
            "Scan",
            "VulnerabilitiesFound",
            s => Says(s, ScanJob.Reporter, new ContainerResult(0, ScanSummary.Write(new ScanStatus { Critical = 1 })))
        ),
        new(
            "Scan",
            "ScannerUnavailable",
            s => Says(s, ScanJob.Reporter, new ContainerResult(2, "the report isn't JSON"))
        ),
        new("Assemble", "VersionMismatch", _ => { }, NeedsServer: true),
        new("Rollout", "RolledBack", s => Serving(s, new SimulatedFault(["undefined symbol"], 139)), NeedsServer: true),
        new(
            "Rollout",
            "RolledBack",
            s => s.Check.SpoilSmoke = (_, r) => (r["ok"], r["detail"]) = (false, "it answered 500"),
            NeedsServer: true
        ),
    ];

    [TestCaseSource(nameof(Failures))]
    public async Task What_serves_goes_on_and_the_next_build_can_succeed(Failure failure)
    {
        await using var stage = await Stage.StartAsync();
        Says(stage, ScanJob.Reporter, new ContainerResult(0, ScanSummary.Write(new ScanStatus())));
        await stage.ApplyAsync(Image(stage, "1", failure));
        var good = (await stage.UntilReadyAsync()).Status!;
        var served = good.ServingImage!;

        failure.Break(stage);
        await StartAsync(stage, failure);
        await stage.UntilAsync(
            i => Told(i, failure.Reason) && i.Status!.LatestBuild != good.LatestBuild,
            "it has failed"
        );
        await stage.UntilServedAsync(served.Reference);
        var failed = await stage.UntilAsync(
            i => Stage.Is(i, "Available", "True") && i.Status!.Rollout!.Stage == RolloutStage.Complete,
            "and what served serves"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(failed.Status!.ServingImage, Is.EqualTo(served));
            Assert.That(
                Stage.Is(failed, "Ready", failure.NeedsServer ? "False" : "True"),
                "a failed refresh is no outage, a failed change is"
            );
            Assert.That(Stage.Is(failed, "Stalled", "True"), Is.EqualTo(failure.NeedsServer));
            Assert.That(Stage.Is(failed, "Reconciling", "True"), Is.False);
            Assert.That(
                Stage.Is(failed, "Fresh", "True"),
                Is.EqualTo(failure.Step == "Rollout"),
                "an image that is rejected only as a service is still the newest"
            );
            Assert.That(
                stage.Registry.Tags("team/gemma-base")["latest"],
                failure.Step == "Rollout" ? Is.Not.Empty : Is.EqualTo(good.LatestImage!.Digest),
                "no alias moved"
            );
        }

        await OneEventAsync(stage, failure.Reason);
        await MendAsync(stage);
        var mended = await stage.UntilAsync(
            i =>
                i.Status!.ServingImage!.Digest != served.Digest
                && Stage.Is(i, "Ready", "True")
                && Stage.Is(i, "Fresh", "True"),
            "the next one serves"
        );
        Assert.That(mended.Status!.PreviousImage!.Digest, Is.EqualTo(served.Digest));
    }

    private static async Task StartAsync(Stage stage, Failure failure)
    {
        if (failure.Step == "Assemble")
        {
            await stage.StandIns.ServerAsync(
                "team/server",
                "2",
                new Dictionary<string, string>(StringComparer.Ordinal) { [ServerCompatibility.Label] = "2.9" },
                CancellationToken.None
            );
        }

        if (failure.NeedsServer)
        {
            await stage.ApplyAsync(Image(stage, "2", failure));
        }
        else
        {
            await stage.AskForBuildAsync("refresh");
        }
    }

    /// <summary>The cause goes, and a person asks for another build.</summary>
    private static async Task MendAsync(Stage stage)
    {
        stage.Runner.Fault = _ => null;
        stage.Runner.Lie = _ => null;
        stage.Runner.Config = _ => { };
        stage.Check.Spoil = _ => { };
        stage.Check.SpoilSmoke = (_, _) => { };
        stage.Runner.Ending = stage.Check.Answer;
        Says(stage, ScanJob.Reporter, new ContainerResult(0, ScanSummary.Write(new ScanStatus())));
        await stage.StandIns.ServerAsync("team/server", "2", CancellationToken.None);
        await stage.AskForBuildAsync("mended");
    }

    private static bool Told(GemmaBaseImage image, string reason) =>
        image.Status?.Conditions.Any(c => c.Reason == reason && c.Status != "Unknown") == true
        && image.Status.Conditions.All(c => c.Type != "Reconciling");

    private static async Task OneEventAsync(Stage stage, string reason)
    {
        IReadOnlyList<Eventsv1Event> told = [];
        await Eventually.ThatAsync(
            async () =>
                (
                    told = [
                        .. (await stage.ListAsync<Eventsv1Event>()).Where(e =>
                            e.Regarding.Kind == "GemmaBaseImage" && e.Type == "Warning"
                        ),
                    ]
                ).Any(e => e.Reason == reason),
            $"an event {reason}"
        );
        Assert.That(
            told.Where(e => e.Reason == reason).ToList(),
            Has.Count.EqualTo(1),
            string.Join('\n', told.Select(e => $"{e.Reason}: {e.Note}"))
        );
    }

    private static void At(Stage stage, string container, SimulatedFault fault) =>
        stage.Runner.Fault = c => c.Name == container ? fault : null;

    private static void Serving(Stage stage, SimulatedFault fault)
    {
        var good = new HashSet<string>(stage.Registry.Tags("team/gemma-base-service").Values, StringComparer.Ordinal);
        stage.Runner.Fault = c =>
            c.Serves && !good.Any(d => c.Image.EndsWith(d, StringComparison.Ordinal)) ? fault : null;
    }

    private static void Says(Stage stage, string container, ContainerResult result)
    {
        var other = stage.Runner.Ending;
        stage.Runner.Ending = c => c.Name == container ? result : other(c);
    }

    /// <summary>Where the spec declares no version, only the built image tells that the server doesn't fit.</summary>
    private static GemmaBaseImage Image(Stage stage, string server, Failure failure) =>
        stage.Image(s =>
            s with
            {
                Base = failure.Step == "Assemble" ? new BaseSpec { Image = Stage.Base } : s.Base,
                Build = s.Build with { Retries = 0 },
                Verification = s.Verification with
                {
                    Scan = new ScanSpec { Enabled = true, Image = "scanner.example/trivy@" + A.Digest(1) },
                },
                Rollout = s.Rollout with
                {
                    Server = s.Rollout.Server with { Image = $"{stage.Registry.Host}/team/server:{server}" },
                },
            }
        );
}
