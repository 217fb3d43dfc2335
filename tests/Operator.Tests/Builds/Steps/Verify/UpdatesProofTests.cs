using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.BaseImages.Status;
using GemmaOperator.Builds.Steps.Verify;
using Operator.Tests.Builds.Steps.Scan;
using Operator.Tests.Tools;

namespace Operator.Tests.Builds.Steps.Verify;

/// <summary>What a candidate says of the updates of its operating system, and what that is worth.</summary>
internal sealed class UpdatesProofTests
{
    private const string Note = """
        policy All
        result Updated
        manager apt-get
        changed 9
        held libcudnn9-cuda-12:amd64 9.8.0.87-1
        held libnccl2:amd64 2.25.1-1+cuda12.8
        held libgone:amd64 1

        """;

    private const string Status = """
        Package: libcudnn9-cuda-12
        Status: install ok installed
        Architecture: amd64
        Version: 9.8.0.87-1
        Description: cuDNN
         Version: of the description

        Package: libnccl2
        Status: hold ok installed
        Architecture: amd64
        Version: 2.26.2-1+cuda12.8

        Package: libgone
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 1
        """;

    [Test]
    public async Task The_program_names_what_moved_since_it_was_held()
    {
        var report = await ReportAsync(Note, Status);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(report.Updates!.Held, Is.EqualTo(3));
            Assert.That(report.Updates.Changed, Is.EqualTo(9));
            Assert.That(report.Updates.MovedCount, Is.EqualTo(2));
            Assert.That(
                report.Updates.Moved,
                Is.EqualTo([
                    new UpdatesReport.MovedPackage("libgone:amd64", "1", ""),
                    new UpdatesReport.MovedPackage("libnccl2:amd64", "2.25.1-1+cuda12.8", "2.26.2-1+cuda12.8"),
                ])
            );
        }
    }

    [Test]
    public async Task A_base_without_dpkg_held_nothing_and_needs_none()
    {
        var report = await ReportAsync("policy All\nresult Unsupported\nmanager apk\nchanged 0\n", status: null);
        Assert.That(report.Updates!.Error, Is.Null);
        Assert.That(report.Updates.Result, Is.EqualTo(SystemUpdatesResult.Unsupported));
    }

    [Test]
    public async Task Thousands_of_held_packages_fit_into_the_report()
    {
        var held = string.Concat(
            Enumerable.Range(0, 5000).Select(n => $"held a-package-with-a-long-name-{n}:amd64 {new string('1', 200)}\n")
        );
        var report = await ReportAsync("policy All\nresult Updated\nmanager apt-get\nchanged 1\n" + held, Status);
        Assert.That(report.Updates!.MovedCount, Is.EqualTo(5000));
        Assert.That(report.Updates.Moved, Has.Count.EqualTo(5));
    }

    [Test]
    public void A_package_that_moved_rejects_the_candidate_by_name()
    {
        var failure = Judge(u =>
        {
            u["moved"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "libnccl2:amd64",
                    ["held"] = "2.25",
                    ["found"] = "2.26",
                }
            );
            u["movedCount"] = 3;
        }).Failure!;
        Assert.That(failure.Reason.Name, Is.EqualTo("HeldPackagesMoved"));
        Assert.That(
            failure.Failure.Message,
            Does.Contain("\"libnccl2:amd64\" was \"2.25\" and is \"2.26\", and 2 more")
        );
    }

    [TestCase("Unsupported", "apk", "", "Unsupported: by the base's apk")]
    [TestCase("Unsupported", "none", "", "Unsupported: no package manager is known")]
    [TestCase("Unsupported", "<b>\u001b[31m", "", "Unsupported: no package manager is known")]
    [TestCase("Unavailable", "apt-get", "E: Failed to fetch", "Unavailable: E: Failed to fetch")]
    public void Updates_that_were_not_brought_are_told_and_do_not_reject(
        string result,
        string manager,
        string said,
        string warning
    )
    {
        var verdict = Judge(u => (u["result"], u["manager"], u["said"]) = (result, manager, said));
        Assert.That(verdict.Failure, Is.Null);
        Assert.That(verdict.Status.Warnings, Has.One.Contains(warning));
        Assert.That(verdict.Status.SystemUpdates!.Result, Is.EqualTo(result));
    }

    [TestCase("Unavailable", SystemUpdatePolicy.All, "SystemUpdatesMissing")]
    [TestCase("Unavailable", SystemUpdatePolicy.Security, "SystemUpdatesMissing")]
    [TestCase("Unsupported", SystemUpdatePolicy.All, "SystemUpdatesMissing")]
    [TestCase("Unsupported", SystemUpdatePolicy.Security, null, Description = "other updates were asked for then")]
    [TestCase("Updated", SystemUpdatePolicy.All, null)]
    public void What_is_published_with_updates_gives_way_only_to_what_has_them(
        string result,
        SystemUpdatePolicy before,
        string? reason
    )
    {
        var verdict = Judge(u => (u["result"], u["said"]) = (result, "E: Failed to fetch"), before);
        Assert.That(verdict.Failure?.Reason.Name, Is.EqualTo(reason));
        Assert.That(verdict.Failure?.Kind, Is.EqualTo(reason is null ? (FailureKind?)null : FailureKind.Transient));
    }

    [Test]
    public void What_was_brought_stands_in_the_status()
    {
        var verdict = Judge(_ => { });
        Assert.That(verdict.Failure, Is.Null);
        Assert.That(
            verdict.Status.SystemUpdates,
            Is.EqualTo(
                new SystemUpdatesStatus
                {
                    Policy = "All",
                    Result = "Updated",
                    PackageManager = "apt-get",
                    Changed = 9,
                    Held = 61,
                }
            )
        );
    }

    [Test]
    public void A_note_that_is_gone_proves_nothing()
    {
        var verdict = ReportExample.Judge(
            r => r["systemUpdates"] = new JsonObject { ["error"] = "/opt/gemma/system-updates: No such file" },
            a => a with { SystemUpdates = SystemUpdatePolicy.All }
        );
        Assert.That(verdict.Failure!.Reason.Name, Is.EqualTo("PullTestFailed"));
        Assert.That(verdict.Failure.Failure.Message, Does.Contain("No such file"));
        Assert.That(
            ReportExample.Judge(asked: a => a with { SystemUpdates = SystemUpdatePolicy.All }).Failure!.Reason.Name,
            Is.EqualTo("PullTestFailed")
        );
        Assert.That(Judge(u => u["result"] = "Fine").Failure!.Reason.Name, Is.EqualTo("PullTestFailed"));
    }

    [Test]
    public void Where_no_updates_are_brought_nothing_of_them_is_looked_at() =>
        Assert.That(
            ReportExample.Judge(r => r["systemUpdates"] = Good(u => u["movedCount"] = 1)).Status.SystemUpdates,
            Is.Null
        );

    [TestCase("Updated", "apt-get", "All", true, "changed 9 packages of the operating system (All); 61 of CUDA")]
    [TestCase("Unsupported", "apk", "All", false, "the base has apk, and only apt is spoken to")]
    [TestCase("Unsupported", "", "All", false, "the base has no package manager that is known")]
    [TestCase("Unsupported", "apt-get", "Security", false, "the base's apt names no security suite")]
    [TestCase("Unavailable", "apt-get", "All", false, "couldn't be fetched: E: no")]
    public void The_condition_says_it_in_words(string result, string manager, string policy, bool isTrue, string says)
    {
        var finding = SystemUpdatedRule.Judge(
            new SystemUpdatesStatus
            {
                Policy = policy,
                Result = result,
                PackageManager = manager,
                Changed = 9,
                Held = 61,
                Message = "E: no",
            },
            "gemma-b3"
        );
        Assert.That(finding!.IsTrue, Is.EqualTo(isTrue));
        Assert.That(finding.Message, Does.StartWith("Build gemma-b3 ").And.Contain(says));
    }

    private static JsonObject Good(Action<JsonObject> change)
    {
        var updates = new JsonObject
        {
            ["policy"] = "All",
            ["result"] = "Updated",
            ["manager"] = "apt-get",
            ["said"] = "",
            ["changed"] = 9,
            ["held"] = 61,
            ["moved"] = new JsonArray(),
            ["movedCount"] = 0,
        };
        change(updates);
        return updates;
    }

    private static VerifyVerdict Judge(Action<JsonObject> change, SystemUpdatePolicy? published = null) =>
        ReportExample.Judge(
            r => r["systemUpdates"] = Good(change),
            a => a with { SystemUpdates = SystemUpdatePolicy.All },
            publishedUpdates: published
        );

    private static async Task<VerifyReport> ReportAsync(string note, string? status)
    {
        var folder = Directory.CreateTempSubdirectory("gemma-updates-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "note"), note);
            if (status is not null)
            {
                await File.WriteAllTextAsync(Path.Combine(folder.FullName, "status"), status);
            }

            var argument = new JsonObject
            {
                ["digest"] = "sha256:candidate",
                ["imports"] = new JsonArray(),
                ["requireGpu"] = false,
                ["timeout"] = 2,
                ["root"] = folder.FullName,
                ["log"] = Path.Combine(folder.FullName, "log"),
                ["torchLibFile"] = Path.Combine(folder.FullName, "lib"),
                ["updatesNote"] = Path.Combine(folder.FullName, "note"),
                ["dpkgStatus"] = Path.Combine(folder.FullName, "status"),
            };
            await Python.RunAsync(VerifyProgram.Text, argument.ToJsonString(), folder.FullName);
            var text = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "log"));
            Assert.That(System.Text.Encoding.UTF8.GetByteCount(text.Trim()), Is.LessThanOrEqualTo(4096));
            Assert.That(VerifyReport.TryRead(text, out var report, out var problem), problem);
            return report!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
