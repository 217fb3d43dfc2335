using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Builds.Steps.Verify;
using Operator.Tests.Builds.Steps.Scan;

namespace Operator.Tests.Builds.Steps.Verify;

internal sealed class VerifyVerdictTests
{
    [Test]
    public void A_good_candidate_is_accepted_with_what_it_holds()
    {
        var verdict = ReportExample.Judge();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(verdict.Failure, Is.Null);
            Assert.That(verdict.Status.TorchVersion, Is.EqualTo("2.10.0+cu128"));
            Assert.That(verdict.Status.CudaVersion, Is.EqualTo("12.8"));
            Assert.That(verdict.Status.Uid, Is.EqualTo(10001));
            Assert.That(verdict.Status.Imports, Is.EqualTo(new[] { "torch", "transformers" }));
            Assert.That(verdict.Status.Warnings, Is.Empty);
        }
    }

    private static readonly TestCaseData[] Faults =
    [
        Case("A_report_about_another_digest", r => r["digest"] = A.Digest(8), "PullTestFailed", A.Digest(7)),
        Case("A_user_that_is_root_inside", r => r["uid"] = 0, "RunsAsRoot", "uid 0"),
        Case(
            "Another_torch",
            r => r["torch"]!["version"] = "2.9.1+cu128",
            "VersionMismatch",
            "\"2.9.1+cu128\", spec.base.pytorch is 2.10.0"
        ),
        Case(
            "A_torch_whose_number_only_begins_the_same",
            r => r["torch"]!["version"] = "2.10.01",
            "VersionMismatch",
            "2.10.01"
        ),
        Case(
            "Another_CUDA",
            r => r["torch"]!["cuda"] = "12.6",
            "VersionMismatch",
            "CUDA \"12.6\", spec.base.cuda is 12.8"
        ),
        Case("No_CUDA", r => r["torch"]!["cuda"] = "", "VersionMismatch", "without CUDA"),
        Case(
            "A_torch_that_does_not_import",
            r => r["torch"] = new JsonObject { ["error"] = "OSError: libcudart.so.12" },
            "ImportFailed",
            "libcudart.so.12"
        ),
        Case(
            "A_module_that_does_not_import",
            r => r["imports"]![1]!["error"] = "ModuleNotFoundError: No module named 'transformers'",
            "ImportFailed",
            "transformers: ModuleNotFoundError"
        ),
        Case(
            "A_module_that_was_not_tried",
            r => r["imports"]!.AsArray().RemoveAt(1),
            "PullTestFailed",
            "nothing of the import transformers"
        ),
        Case(
            "A_base_without_libtorch",
            r => r["torchLib"] = new JsonObject { ["error"] = "/opt/gemma/torch-lib-path: No such file" },
            "PullTestFailed",
            "libtorch"
        ),
    ];

    private static TestCaseData Case(string name, Action<JsonObject> fault, string reason, string says) =>
        new TestCaseData(fault, reason, says).SetName(name + "_rejects_the_candidate");

    [TestCaseSource(nameof(Faults))]
    public void A_fault_rejects_the_candidate(Action<JsonObject> fault, string reason, string says)
    {
        var failure = ReportExample.Judge(fault).Failure;
        Assert.That(failure?.Reason.Name, Is.EqualTo(reason));
        Assert.That(failure!.Failure.Message, Does.Contain(says));
    }

    [Test]
    public void All_faults_are_told_at_once()
    {
        var failure = ReportExample
            .Judge(r =>
            {
                r["uid"] = 0;
                r["torch"]!["cuda"] = "11.8";
                r["imports"]![0]!["error"] = "boom";
            })
            .Failure!;
        Assert.That(failure.Reason.Name, Is.EqualTo("RunsAsRoot"));
        Assert.That(failure.Failure.Message, Does.Contain("uid 0").And.Contain("11.8").And.Contain("torch: boom"));
    }

    [Test]
    public void Root_is_only_told_of_where_it_is_tolerated()
    {
        var verdict = ReportExample.Judge(r => r["uid"] = 0, a => a with { NonRoot = NonRootPolicy.Warn });
        Assert.That(verdict.Failure, Is.Null);
        Assert.That(verdict.Status.Warnings, Has.One.Contains("uid 0"));
    }

    [Test]
    public void What_pip_finds_is_told_and_does_not_reject()
    {
        var verdict = ReportExample.Judge(r => r["pipCheck"]!.AsArray().Add("triton 3.1 has requirement x"));
        Assert.That(verdict.Failure, Is.Null);
        Assert.That(verdict.Status.Warnings, Is.EqualTo(new[] { "pip check: triton 3.1 has requirement x" }));
    }

    [Test]
    public void Without_a_server_libtorch_need_not_be_found()
    {
        var verdict = ReportExample.Judge(r => r["torchLib"] = new JsonObject { ["error"] = "gone" }, serves: false);
        Assert.That(verdict.Failure, Is.Null);
        Assert.That(verdict.Status.Warnings, Has.One.Contains("gone"));
    }

    [Test]
    public void A_base_that_declares_no_versions_is_not_compared()
    {
        var verdict = ReportExample.Judge(r => r["torch"]!["version"] = "1.0", a => a with { Pytorch = "", Cuda = "" });
        Assert.That(verdict.Failure, Is.Null);
        Assert.That(verdict.Status.TorchVersion, Is.EqualTo("1.0"));
    }

    [TestCase(null, "RequireGPU without an answer")]
    [TestCase("{\"available\": false, \"name\": \"\"}", "is_available() is False")]
    [TestCase("{\"error\": \"RuntimeError: no driver\"}", "no driver")]
    public void A_GPU_that_torch_does_not_find_rejects_the_candidate(string? gpu, string says)
    {
        var failure = ReportExample
            .Judge(
                r =>
                {
                    if (gpu is not null)
                    {
                        r["gpu"] = JsonNode.Parse(gpu);
                    }
                },
                a => a with { PullTest = a.PullTest with { RequireGPU = true } }
            )
            .Failure;
        Assert.That(failure?.Reason.Name, Is.EqualTo("PullTestFailed"));
        Assert.That(failure!.Failure.Message, gpu is null ? Does.Contain("no GPU") : Does.Contain(says));
    }

    [Test]
    public void A_failure_fits_into_an_event()
    {
        var failure = ReportExample.Judge(r => r["imports"]![1]!["error"] = new string('é', 5000)).Failure!;
        Assert.That(System.Text.Encoding.UTF8.GetByteCount(failure.Failure.Message), Is.LessThanOrEqualTo(1024));
    }

    [TestCase("", "no user")]
    [TestCase("0", "root")]
    [TestCase("000:10001", "root")]
    [TestCase("appuser", "a name")]
    [TestCase("-1", "a name")]
    [TestCase("99999999999", "no user id")]
    public void A_config_whose_user_is_not_known_to_be_harmless_is_rejected(string user, string says)
    {
        var verdict = ImageUserRule.Judge(ReportExample.Asked, user);
        Assert.That(verdict.Failure?.Reason.Name, Is.EqualTo("RunsAsRoot"));
        Assert.That(verdict.Failure!.Failure.Message, Does.Contain(says));
        var tolerated = ImageUserRule.Judge(ReportExample.Asked with { NonRoot = NonRootPolicy.Warn }, user);
        Assert.That(tolerated.Failure, Is.Null);
        Assert.That(tolerated.Status.Warnings, Has.Count.EqualTo(1));
    }

    [TestCase("10001")]
    [TestCase("10001:0")]
    [TestCase("1:1")]
    public void A_numeric_user_is_taken(string user) =>
        Assert.That(ImageUserRule.Judge(ReportExample.Asked, user).Failure, Is.Null);

    [TestCase("2.10", "2.10.0+cu128", true)]
    [TestCase("2.10.3", "2.10.0", true)]
    [TestCase("2.9", "2.10.0", false)]
    [TestCase("2.1", "2.10.0", false)]
    [TestCase("", "2.10.0", true)]
    [TestCase("2.10", null, true)]
    [TestCase(">=2.10,<3", "2.10.0+cu128", true)]
    [TestCase(">=2.10,<3", "2.13.0", true)]
    [TestCase(">=2.10,<3", "2.13.0a0+145a3a7bda", true)]
    [TestCase(">=2.10, <2.14", "2.13.1", true)]
    [TestCase(">=2.10,<2.14", "2.14.0", false)]
    [TestCase(">=2.10,<3", "2.9.1", false)]
    [TestCase(">=2.10,<3", "2.1.0", false)]
    [TestCase(">=2.10,<3", "3.0.0", false)]
    [TestCase(">=2.10,<3", "unknown", false)]
    [TestCase(">=2.10", "3.0.0", true)]
    [TestCase(">=2.10,whatever", "2.10.0", false)]
    [TestCase("~=2.10", "2.10.0", false)]
    [TestCase("2.10,", "2.10.0", false)]
    public void A_server_fits_a_base_of_its_libtorch(string label, string? torch, bool fits)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { [ServerCompatibility.Label] = label };
        var problem = ServerCompatibility.Problem("registry.example/server:1", labels, torch);
        Assert.That(problem, fits ? Is.Null : Does.Contain(label).And.Contain(torch!));
    }
}
