using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Vulnerabilities;
using GemmaOperator.Builds.Steps.Scan;

namespace Operator.Tests.BaseImages.Vulnerabilities;

/// <content>Builds for two platforms, and what is noted of their lists.</content>
internal sealed partial class PlatformScanTests
{
    private static string Told(ImageSnapshot s) => Scanned.Patched(s) is { } told ? $"{told.Status} {told.Reason}" : "";

    private static ImageSnapshot Of(
        VulnerabilitiesStatus? known,
        DateTime? now = null,
        Func<GemmaBaseImageSpec, GemmaBaseImageSpec>? change = null,
        params IReadOnlyList<GemmaBuild> newer
    ) =>
        Scanned.Snapshot(
            known,
            now,
            spec => (change ?? (given => given))(spec with { Platforms = [Platform.LinuxAmd64, Platform.LinuxArm64] }),
            [.. newer, Two(2)]
        );

    private static VulnerabilitiesStatus Both(ScanFinding[] amd, ScanFinding[] arm) => Scan(Of(null), amd, arm);

    /// <summary>Returns what is noted once the lists of what is published are scanned.</summary>
    private static VulnerabilitiesStatus Scan(
        ImageSnapshot s,
        ScanFinding[] amd,
        ScanFinding[] arm,
        params IReadOnlyList<GemmaBuild> newer
    )
    {
        foreach (var found in new[] { amd, arm })
        {
            var target = ((ScanState.Due)ScanPolicy.Judge(s)).Target;
            s = Of(Noted(s, target, found), s.Now, newer: newer);
        }

        return s.Status.Vulnerabilities!;
    }

    private static VulnerabilitiesStatus Noted(ImageSnapshot s, ScanTarget target, params ScanFinding[] found) =>
        ScanFold.Fold(
            s,
            new ScanState.Found(
                target,
                new ScanResult.Found(
                    new ScanStatus
                    {
                        Critical = found.Count(f => f.Severity == "Critical"),
                        High = found.Count(f => f.Severity == "High"),
                        Worst = found,
                    },
                    null
                )
            ),
            null
        )!;

    private static VulnerabilitiesStatus Failed(ImageSnapshot s, ScanTarget target) =>
        ScanFold.Fold(s, new ScanState.Failed(target, ImageReason.Patched.ScannerFailed, "no database"), null)!;

    private static TriggersSpec Without(TriggersSpec triggers) =>
        triggers with
        {
            Vulnerabilities = new VulnerabilityTrigger { FixableOnly = false },
        };

    /// <summary>A build for two platforms, with a list for each that scanners can use.</summary>
    private static GemmaBuild Two(long number, params IReadOnlyList<BuildReason> reasons)
    {
        var build = Scanned.Good(number, reasons: reasons);
        return build with
        {
            Spec = build.Spec! with
            {
                Template = build.Spec.Template with { Platforms = [Platform.LinuxAmd64, Platform.LinuxArm64] },
            },
            Status = build.Status! with
            {
                Promoted = build.Status.Promoted! with { Digest = A.Digest(222) },
                Platforms = [Part(Platform.LinuxAmd64, 1), Part(Platform.LinuxArm64, 2)],
            },
        };
    }

    private static GemmaBuild Publishing(GemmaBuild build, int digest) =>
        build with
        {
            Status = build.Status! with { Promoted = build.Status.Promoted! with { Digest = A.Digest(digest) } },
        };

    private static PlatformStatus Part(Platform platform, int n) =>
        new()
        {
            Platform = platform,
            Candidate = A.Image(1) with { Digest = A.Digest(90 + n) },
            Contents = new ContentsStatus
            {
                Packages = 350,
                Sbom = new SbomStatus
                {
                    State = SbomState.Stored,
                    Digest = A.Digest(80 + n),
                    Sources = true,
                },
            },
        };
}
