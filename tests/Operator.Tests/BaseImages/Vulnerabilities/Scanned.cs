using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Freshness;
using GemmaOperator.BaseImages.Serving;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Builds.Steps.Scan;
using k8s.Models;

namespace Operator.Tests.BaseImages.Vulnerabilities;

/// <summary>A published image whose list is scanned: snapshots of it, and what is told of them.</summary>
internal static class Scanned
{
    public static readonly ScanFinding OpenSsl = new()
    {
        Id = "CVE-2026-1001",
        Severity = "High",
        Package = "libssl3t64",
        Installed = "3.0.13-0ubuntu3.5",
        Fixed = "3.0.13-0ubuntu3.6",
    };

    /// <summary>An object that only publishes, with one good build.</summary>
    public static ImageSnapshot Snapshot(
        VulnerabilitiesStatus? known = null,
        DateTime? now = null,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null,
        params IReadOnlyList<GemmaBuild> newer
    )
    {
        GemmaBuild[] builds = [.. newer, Good(1)];
        var image = A.BaseImage(s =>
                (change ?? (given => given))(
                    s with
                    {
                        Triggers = s.Triggers with { MinInterval = "0s", Vulnerabilities = new VulnerabilityTrigger() },
                        Verification = s.Verification with
                        {
                            Scan = new ScanSpec { Image = "scanner.example/trivy@" + A.Digest(1) },
                        },
                        Rollout = s.Rollout with { Mode = RolloutMode.PublishOnly },
                    }
                )
            )
            .Knowing(1, now ?? A.Morning);
        image = image with
        {
            Status = image.Status! with
            {
                BuildCounter = builds[0].Number,
                LatestBuild = builds[0].BuildName,
                LatestImage = builds.First(b => b.HasSucceeded).Status!.Promoted,
                Vulnerabilities = known,
            },
        };
        return A.Snapshot(image, builds: builds, now: now ?? A.Morning);
    }

    /// <summary>A build that has published, with a list that scanners can use.</summary>
    public static GemmaBuild Good(long number, bool? sources = true, params IReadOnlyList<BuildReason> reasons)
    {
        var build = A.Build(number).Succeeded();
        return build with
        {
            Spec = build.Spec! with
            {
                Reasons = reasons.Count > 0 ? [.. reasons.Select(WireEnum<BuildReason>.From)] : build.Spec.Reasons,
            },
            Status = build.Status! with
            {
                CompletionTime = A.Morning,
                Contents = new ContentsStatus
                {
                    Packages = 700,
                    Sbom = new SbomStatus
                    {
                        State = SbomState.Stored,
                        Digest = A.Digest(77),
                        Sources = sources,
                    },
                },
            },
        };
    }

    /// <summary>What is noted after a scan at that time found these.</summary>
    public static VulnerabilitiesStatus After(ImageSnapshot s, params ScanFinding[] found) =>
        ScanFold.Fold(s, Found(s, null, found), null)!;

    public static ScanState.Found Found(ImageSnapshot s, DateTime? database, params ScanFinding[] found) =>
        new(
            ScanTarget.Published(s)!,
            new ScanResult.Found(new ScanStatus { High = found.Length, Worst = found }, database)
        );

    /// <summary>What the condition says.</summary>
    public static V1Condition? Patched(ImageSnapshot s)
    {
        var decision = ImagePlanner.Decide(s);
        var status = ImageStatusFold.Fold(s, decision, RolloutPlanner.Decide(s), new ImageOutcome());
        return status.Conditions.FirstOrDefault(c => c.Type == ConditionType.Patched);
    }

    public static GemmaBuild? Build(ImageSnapshot s) => (ImagePlanner.Decide(s) as ImageDecision.StartBuild)?.Build;
}
