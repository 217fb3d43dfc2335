using System.Text.Json.Nodes;
using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Verify;
using k8s.Models;
using LocalCluster.Nodes;
using StandIns;

namespace Operator.Tests.Flow;

/// <summary>No image takes an alias or a GPU before it has proved itself.</summary>
internal sealed class VerificationFlowTests
{
    [Test]
    public async Task A_good_candidate_is_run_by_digest_before_it_gets_an_alias()
    {
        await using var stage = await Stage.StartAsync();
        var aliases = new List<bool>();
        var answer = stage.Runner.Ending;
        stage.Runner.Ending = c =>
        {
            if (c.Name == VerifyJob.Container)
            {
                aliases.Add(stage.Registry.Tags("team/gemma-base").ContainsKey("latest"));
            }

            return answer(c);
        };
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilReadyAsync();
        var build = (await stage.ListAsync<GemmaBuild>()).Single();
        var job = (await stage.ListAsync<V1Job>()).Single(j => j.Metadata.Name == VerifyJob.Name(build, 1));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(aliases, Is.EqualTo(new[] { false }), "the alias moves after the check");
            Assert.That(job.Spec.Template.Spec.Containers[0].Image, Is.EqualTo(build.Status!.Candidate!.Reference));
            Assert.That(build.Status.Verification!.TorchVersion, Is.EqualTo("2.10.0"));
            Assert.That(
                build.Status.Steps.Select(s => $"{s.Name} {s.Result}"),
                Is.EqualTo(new[] { "Build Succeeded", "Verify Succeeded", "Assemble Succeeded", "Promote Succeeded" })
            );
            Assert.That(Stage.Is(image, "Verified", "True", "AllChecksPassed"));
        }
    }

    private static readonly TestCaseData[] Faults =
    [
        new TestCaseData((Action<JsonObject>)(r => r["uid"] = 0), "RunsAsRoot").SetName(
            "A_candidate_that_is_root_inside_never_gets_an_alias"
        ),
        new TestCaseData((Action<JsonObject>)(r => r["imports"]![0]!["error"] = "boom"), "ImportFailed").SetName(
            "A_candidate_that_does_not_import_never_gets_an_alias"
        ),
        new TestCaseData((Action<JsonObject>)(r => r["torch"]!["version"] = "2.9.0"), "VersionMismatch").SetName(
            "A_candidate_with_another_torch_never_gets_an_alias"
        ),
        new TestCaseData((Action<JsonObject>)(r => r["digest"] = "sha256:other"), "PullTestFailed").SetName(
            "A_candidate_that_lies_about_its_digest_never_gets_an_alias"
        ),
    ];

    [TestCaseSource(nameof(Faults))]
    public async Task A_rejected_candidate_keeps_its_tag_and_gets_no_alias(Action<JsonObject> fault, string reason)
    {
        await using var stage = await Stage.StartAsync();
        stage.Check.Spoil = fault;
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "Stalled is True");
        var build = (await stage.ListAsync<GemmaBuild>()).Single();
        var tags = stage.Registry.Tags("team/gemma-base");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(image, "Verified", "False", reason));
            Assert.That(Stage.Is(image, "Ready", "False", "VerificationFailed"));
            Assert.That(build.Status!.Failure!.Reason, Is.EqualTo(reason));
            Assert.That(tags, Does.Not.ContainKey("latest"));
            Assert.That(
                tags[build.Status.Candidate!.Tag!],
                Is.EqualTo(build.Status.Candidate.Digest),
                "the unique tag stays for inspection"
            );
            Assert.That(await stage.ListAsync<V1Deployment>(), Is.Empty);
        }

        stage.Check.Spoil = _ => { };
        await stage.ApplyAsync(
            stage.Image(s => s with { Verification = s.Verification with { Imports = ["torch", "json"] } })
        );
        var mended = await stage.UntilReadyAsync();
        Assert.That(Stage.Is(mended, "Verified", "True"));
        Assert.That(
            await stage.JobsAsync("kaniko"),
            Is.EqualTo(1),
            "the same base proves itself again without a new build"
        );
    }

    [TestCase(null, "names no user")]
    [TestCase("0", "is root")]
    [TestCase("0:0", "is root")]
    [TestCase("00:10001", "is root")]
    [TestCase("root", "is a name")]
    public async Task A_config_that_may_be_root_is_refused_before_any_pod_starts(string? user, string says)
    {
        await using var stage = await Stage.StartAsync();
        stage.Runner.Config = config => config["User"] = user;
        await stage.ApplyAsync(stage.Image());
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "Stalled is True");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(image, "Verified", "False", "RunsAsRoot"));
            Assert.That(image.Status!.Conditions.Single(c => c.Type == "Verified").Message, Does.Contain(says));
            Assert.That(await stage.JobsAsync(VerifyJob.Container), Is.Zero);
            Assert.That(stage.Registry.Tags("team/gemma-base"), Does.Not.ContainKey("latest"));
        }
    }

    [Test]
    public async Task A_rejected_refresh_leaves_the_service_alone()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        var before = await stage.UntilReadyAsync();
        stage.Check.Spoil = r => r["uid"] = 0;
        await stage.AskForBuildAsync("now");
        var after = await stage.UntilAsync(
            i => Stage.Is(i, "Fresh", "False", "RefreshFailed"),
            "Fresh says that the refresh failed"
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(after, "Ready", "True", "Serving"));
            Assert.That(Stage.Is(after, "Verified", "False", "RunsAsRoot"));
            Assert.That(after.Status!.ServingImage, Is.EqualTo(before.Status!.ServingImage));
            Assert.That(
                stage.Registry.Tags("team/gemma-base")["latest"],
                Is.EqualTo(before.Status.LatestImage!.Digest)
            );
        }
    }

    [Test]
    public async Task A_new_server_does_not_make_a_proved_base_prove_itself_again()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(stage.Image());
        await stage.UntilReadyAsync();
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Rollout = s.Rollout with
                    {
                        Server = s.Rollout.Server with { Image = $"{stage.Registry.Host}/team/server:2" },
                    },
                }
            )
        );
        await stage.UntilReadyAsync();
        var builds = (await stage.ListAsync<GemmaBuild>()).OrderBy(b => b.Spec!.Number).ToList();
        Assert.That(builds, Has.Count.EqualTo(2));
        Assert.That(
            builds[1].Status!.Verification,
            Is.EqualTo(builds[0].Status!.Verification)
                .Using<VerificationStatus>((a, b) => k8s.KubernetesJson.Serialize(a) == k8s.KubernetesJson.Serialize(b))
        );
        Assert.That(await stage.JobsAsync(VerifyJob.Container), Is.EqualTo(1));
    }

    [Test]
    public async Task A_server_for_another_libtorch_is_refused_before_a_GPU_is_touched()
    {
        await using var stage = await Stage.StartAsync();
        await stage.StandIns.ServerAsync(
            "team/server",
            "old",
            new Dictionary<string, string>(StringComparer.Ordinal) { [ServerCompatibility.Label] = "2.9" },
            CancellationToken.None
        );
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    // Where the spec declares no version, only the built image tells.
                    Base = new BaseSpec { Image = Stage.Base },
                    Rollout = s.Rollout with
                    {
                        Server = s.Rollout.Server with { Image = $"{stage.Registry.Host}/team/server:old" },
                    },
                }
            )
        );
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "Stalled is True");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(image, "Verified", "False", "VersionMismatch"));
            Assert.That(
                image.Status!.Conditions.Single(c => c.Type == "Verified").Message,
                Does.Contain("\"2.9\"").And.Contain("\"2.10.0\"")
            );
            Assert.That(await stage.ListAsync<V1Deployment>(), Is.Empty);
            Assert.That(stage.Registry.Tags("team/gemma-base"), Does.Not.ContainKey("latest"));
        }
    }

    [Test]
    public async Task A_check_that_is_evicted_is_repeated()
    {
        await using var stage = await Stage.StartAsync();
        var evicted = 0;
        stage.Runner.Fault = c =>
            c.Name == VerifyJob.Container && Interlocked.Increment(ref evicted) == 1
                ? new SimulatedFault([], 137, null, "The node was low on resource: memory. ")
                : null;
        await stage.ApplyAsync(stage.Image());
        await stage.UntilAsync(
            i =>
                i.Status?.Conditions.Any(c =>
                    c.Type == "Reconciling" && c.Message.Contains("check 2 follows", StringComparison.Ordinal)
                ) == true,
            "the check is to be repeated"
        );
        Assert.That(stage.Registry.Tags("team/gemma-base"), Does.Not.ContainKey("latest"));
    }

    [Test]
    public async Task Without_a_pull_test_only_the_config_is_looked_at()
    {
        await using var stage = await Stage.StartAsync();
        await stage.ApplyAsync(
            stage.Image(s =>
                s with
                {
                    Verification = s.Verification with { PullTest = new PullTestSpec { Enabled = false } },
                }
            )
        );
        var image = await stage.UntilReadyAsync();
        Assert.That(await stage.JobsAsync(VerifyJob.Container), Is.Zero);
        Assert.That(image.Status!.Conditions.Single(c => c.Type == "Verified").Message, Does.Contain("it wasn't run"));
    }
}
