using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Scan;
using k8s.Models;
using LocalCluster.Nodes;

namespace Operator.Tests.Flow;

/// <summary>
/// What a scanner finds, or doesn't come to find, decides about the alias. The containers are
/// simulated, the rest is real.
/// </summary>
internal sealed class ScanFlowTests
{
    private static readonly ScanStatus Clean = new() { Low = 3, Unfixed = 40 };

    private static readonly ScanStatus Bad = new()
    {
        Critical = 1,
        Worst =
        [
            new ScanFinding
            {
                Id = "CVE-2026-1001",
                Severity = "Critical",
                Package = "openssl",
                Installed = "3.0.2",
                Fixed = "3.0.3",
            },
        ],
    };

    [Test]
    public async Task A_clean_candidate_is_promoted_with_its_counts()
    {
        await using var stage = await Stage.StartAsync();
        Scanning(stage, () => new ContainerResult(0), Clean);
        await stage.ApplyAsync(Image(stage));
        var image = await stage.UntilReadyAsync();
        var build = (await stage.ListAsync<GemmaBuild>()).Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                build.Status!.Verification!.Scan,
                Is.EqualTo(Clean).Using<ScanStatus>((a, b) => (a.Low, a.Unfixed) == (b.Low, b.Unfixed))
            );
            Assert.That(
                build.Status.Steps.Select(s => s.Name),
                Is.EqualTo(new[] { "Build", "Verify", "Scan", "Assemble", "Promote" })
            );
            Assert.That(
                image.Status!.Conditions.Single(c => c.Type == "Verified").Message,
                Does.Contain("scan: 0 critical, 0 high, 0 medium, 3 low")
            );
        }
    }

    [Test]
    public async Task A_candidate_with_a_hole_gets_no_alias_and_its_worst_finding_is_named()
    {
        await using var stage = await Stage.StartAsync();
        Scanning(stage, () => new ContainerResult(0), Bad);
        await stage.ApplyAsync(Image(stage));
        var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "Stalled is True");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Stage.Is(image, "Verified", "False", "VulnerabilitiesFound"));
            Assert.That(
                image.Status!.Conditions.Single(c => c.Type == "Verified").Message,
                Does.Contain("CVE-2026-1001 in openssl 3.0.2 (fixed in 3.0.3)")
            );
            Assert.That(stage.Registry.Tags("team/gemma-base"), Does.Not.ContainKey("latest"));
        }

        await stage.ApplyAsync(Image(stage, scan => scan with { FailOn = SeverityThreshold.Never }));
        var tolerated = await stage.UntilReadyAsync();
        Assert.That(Stage.Is(tolerated, "Verified", "True"));
        Assert.That(await stage.JobsAsync("kaniko"), Is.EqualTo(1), "tolerating it builds nothing");
    }

    [TestCase(ScannerErrorPolicy.Fail)]
    [TestCase(ScannerErrorPolicy.Warn)]
    public async Task A_scanner_without_an_answer_is_told(ScannerErrorPolicy onError)
    {
        await using var stage = await Stage.StartAsync();
        Scanning(stage, () => new ContainerResult(1, "FATAL failed to download vulnerability DB"), found: null);
        await stage.ApplyAsync(Image(stage, scan => scan with { OnScannerError = onError }));
        if (onError == ScannerErrorPolicy.Warn)
        {
            var image = await stage.UntilReadyAsync();
            Assert.That(
                image.Status!.Conditions.Single(c => c.Type == "Verified").Message,
                Does.Contain("not scanned: Trivy ended with exit code 1: FATAL failed to download")
            );
        }
        else
        {
            var image = await stage.UntilAsync(i => Stage.Is(i, "Stalled", "True"), "Stalled is True");
            Assert.That(Stage.Is(image, "Verified", "False", "ScannerUnavailable"));
        }

        var left = (await stage.ListAsync<V1Job>()).Where(j =>
            j.Spec.Template.Spec.Containers[0].Name == ScanJob.Scanner
        );
        Assert.That(
            left.All(j => j.Metadata.DeletionTimestamp is not null || j.Status.Active is null or 0),
            "nothing waits for a report that won't come"
        );
    }

    /// <summary>
    /// The report container waits as the real one does, until the pod goes, when there is nothing to find.
    /// </summary>
    private static void Scanning(Stage stage, Func<ContainerResult> scanner, ScanStatus? found)
    {
        var other = stage.Runner.Ending;
        stage.Runner.Hold = (container, cancellationToken) =>
            container.Name == ScanJob.Reporter && found is null
                ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
                : Task.CompletedTask;
        stage.Runner.Ending = container =>
            container.Name switch
            {
                ScanJob.Scanner => scanner(),
                ScanJob.Reporter => new ContainerResult(0, ScanSummary.Write(found!)),
                _ => other(container),
            };
    }

    private static GemmaBaseImage Image(Stage stage, Func<ScanSpec, ScanSpec>? change = null)
    {
        var scan = new ScanSpec { Enabled = true, Image = "scanner.example/trivy@" + A.Digest(1) };
        return stage.Image(s =>
            s with
            {
                Build = s.Build with { Retries = 0 },
                Verification = s.Verification with { Scan = change is null ? scan : change(scan) },
            }
        );
    }
}
