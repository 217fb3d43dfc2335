using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using k8s.Models;
using Operator.Tests.Clusters;
using Operator.Tests.Runtime.Faults;
using StandIns;

namespace Operator.Tests.Flow.Platforms;

/// <summary>The list of each platform is scanned again, and a fix counts once no platform lacks it.</summary>
internal sealed class PlatformScanTests
{
    private const string Old = "3.0.13-0ubuntu3.5";
    private const string New = "3.0.13-0ubuntu3.6";

    /// <summary>Bounds the walk: a longer flow fails, so that somebody looks at what came to it.</summary>
    private const int MostWrites = 14;

    private static readonly SimulatedAdvisory Advisory = new("CVE-2026-1001", "High", "openssl", Old, New);

    [Test]
    public async Task A_fix_for_one_platform_is_built_for_and_proved_on_both()
    {
        await using var stage = await StageAsync();
        var scanner = Scanning(stage);
        Hold(stage, amd: Old, arm: New);
        await stage.ApplyAsync(Image(stage));
        await stage.UntilAsync(i => Stage.Is(i, "Patched", "True", "NothingFound"), "nothing is found");
        Assert.That(await ScansAsync(stage), Is.EqualTo(2), "a list for each platform");

        // An advisory comes out; one platform has the fix, and the distribution has it for the other one by now.
        scanner.Advisories = [Advisory];
        Hold(stage, amd: New, arm: New);
        await stage.ApplyAsync(Image(stage, scanner: 2));
        var patched = await stage.UntilAsync(
            i => i.Status?.ServingImage?.Build == "gemma-b2" && Stage.Is(i, "Patched", "True"),
            "the fix serves"
        );
        var build = await TwoPlatforms.BuildAsync(stage, 2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(build.Spec!.Reasons.Select(r => r.Value), Is.EqualTo([BuildReason.VulnerabilityFix]));
            Assert.That(
                build.Spec.Changes.Select(c => $"{c.Field}: {c.Old} → {c.New}"),
                Is.EqualTo([$"vulnerability CVE-2026-1001 in libssl3t64 on linux/amd64: {Old} → {New}"])
            );
            Assert.That(
                patched.Status!.Vulnerabilities!.Images.Select(i => (i.Build, i.Platform?.Text, i.Digest)),
                Is.EqualTo([
                    ("gemma-b2", TwoPlatforms.Amd64, build.Status!.Promoted!.Digest),
                    ("gemma-b2", TwoPlatforms.Arm64, build.Status.Promoted.Digest),
                ])
            );
        }
    }

    [Test]
    public async Task A_fix_that_one_platform_never_gets_is_told_of_that_platform()
    {
        await using var stage = await StageAsync();
        var scanner = Scanning(stage);
        scanner.Advisories = [Advisory];
        Hold(stage, amd: Old, arm: Old);
        await stage.ApplyAsync(Image(stage));
        await stage.UntilAsync(i => Stage.Is(i, "Patched", "False", "Vulnerable"), "both are exposed");
        await stage.UntilScrapedAsync(
            $"gemma_operator_image_open_vulnerabilities{{namespace=\"{stage.Cluster.Namespace}\",name=\"gemma\","
                + "severity=\"high\"} 1"
        );
        Hold(stage, amd: New, arm: Old);
        await stage.AskForBuildAsync("again");
        var left = await stage.UntilAsync(
            i =>
                i.Status?.Vulnerabilities?.Images is [{ Findings: [] }, { Findings: [{ }] }] images
                && images[0].ScanTime is not null
                && Stage.Is(i, "Patched", "False", "Vulnerable"),
            "one is mended"
        );
        var message = left.Status!.Conditions.Single(c => c.Type == ConditionType.Patched).Message;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(message, Does.Contain($"in libssl3t64 {Old} on linux/arm64, fixed in {New}"));
            Assert.That(Stage.Is(left, "Ready", "True"), "what serves goes on serving");
        }
    }

    [Test]
    public async Task A_list_that_somebody_deleted_comes_back_with_a_build_that_moves_nothing()
    {
        await using var stage = await StageAsync();
        Scanning(stage);
        Hold(stage, amd: Old, arm: Old);
        await stage.ApplyAsync(Image(stage));
        await stage.UntilAsync(i => Stage.Is(i, "Patched", "True"), "nothing is found");
        var first = (await TwoPlatforms.BuildAsync(stage, 1)).Status!.Platforms!;
        await stage.DeleteDigestAsync("team/gemma-base", first[1].Contents!.Sbom!.Digest!);
        await stage.ApplyAsync(Image(stage, scanner: 2));
        await stage.UntilAsync(i => Stage.Is(i, "Patched", "Unknown", "SbomMissing"), "the list is missed");

        await stage.AskForBuildAsync("now");
        await stage.UntilAsync(i => i.Status?.Confirmed?.Build == "gemma-b2", "nothing has changed");
        await stage.ApplyAsync(Image(stage, scanner: 3));
        await stage.UntilAsync(i => Stage.Is(i, "Patched", "True"), "the list is there again");
        var second = (await TwoPlatforms.BuildAsync(stage, 2)).Status!.Platforms!;
        Assert.That(second.Select(p => p.Candidate), Is.EqualTo(first.Select(p => p.Candidate)));
        Assert.That(second[0].Contents!.Sbom!.Digest, Is.EqualTo(first[0].Contents!.Sbom!.Digest), "it was there");
    }

    [Test]
    public async Task Killed_after_any_write_each_list_is_scanned_once([Range(1, MostWrites)] int killAfter)
    {
        await using var stage = await StageAsync();
        Scanning(stage);
        Hold(stage, amd: Old, arm: New);
        var image = Image(stage);
        await stage.ApplyAsync(
            image with
            {
                Spec = image.Spec! with { Triggers = image.Spec.Triggers with { Vulnerabilities = null } },
            }
        );
        await stage.UntilReadyAsync();
        await stage.StopOperatorAsync();
        await using var proxy = await FaultProxy.StartAsync(stage.Cluster.Configuration);
        var death = proxy.DieAtWrite(killAfter);
        await stage.StartOperatorAsync(proxy.Configuration);
        await stage.ApplyAsync(image);
        await Eventually.ThatAsync(
            async () => death.HasCome || Stage.Is(await stage.ReadAsync(), "Patched", "True"),
            "it died or it is done"
        );
        await stage.StopOperatorAsync();
        await stage.StartOperatorAsync();
        var told = await stage.UntilAsync(i => Stage.Is(i, "Patched", "True"), "nothing is found");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await ScansAsync(stage), Is.EqualTo(2));
            Assert.That(told.Status!.Vulnerabilities!.Images.Select(i => i.Runs), Is.EqualTo([1, 1]));
            Assert.That(await stage.ListAsync<GemmaBuild>(), Has.Count.EqualTo(1));
            Assert.That(killAfter < MostWrites || !death.HasCome, "the flow has more writes than are walked");
        }
    }

    private static async Task<int> ScansAsync(Stage stage) =>
        (await stage.ListAsync<V1Job>("app.kubernetes.io/name=gemma-sbom-scan")).Count;

    private static void Hold(Stage stage, string amd, string arm) =>
        stage.Check.Packages = digest =>
            TwoPlatforms.IsArm(stage, digest) ? [OpenSsl(arm, "arm64")] : [OpenSsl(amd, "amd64")];

    private static SimulatedPackage OpenSsl(string version, string architecture) =>
        new("dpkg", "libssl3t64", version, architecture, $"openssl {version}");

    private static SimulatedScanner Scanning(Stage stage)
    {
        var scanner = new SimulatedScanner();
        var other = stage.Runner.Ending;
        stage.Runner.Ending = container => scanner.Answer(container) ?? other(container);
        return scanner;
    }

    private static async Task<Stage> StageAsync()
    {
        TestCluster.NeedsLogsOfNodes();
        var stage = await TwoPlatforms.StageAsync();
        return stage;
    }

    /// <summary>Another digest of the scanner has everything scanned anew, as the end of an interval does.</summary>
    private static GemmaBaseImage Image(Stage stage, int scanner = 1)
    {
        var image = TwoPlatforms.Image(stage);
        return image with
        {
            Spec = image.Spec! with
            {
                Schedule = null,
                Triggers = image.Spec.Triggers with
                {
                    MinInterval = "0s",
                    Vulnerabilities = new VulnerabilityTrigger(),
                },
                Verification = image.Spec.Verification with
                {
                    Scan = new ScanSpec { Image = "scanner.example/trivy@" + A.Digest(scanner) },
                },
            },
        };
    }
}
