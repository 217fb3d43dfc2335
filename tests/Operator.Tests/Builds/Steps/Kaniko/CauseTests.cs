using GemmaOperator.Api.Builds;
using GemmaOperator.Builds.Inputs.Pip;
using GemmaOperator.Builds.Steps.Kaniko;
using GemmaOperator.Text;

namespace Operator.Tests.Builds.Steps.Kaniko;

/// <summary>The cause isn't lost on the way, and each cause has its own remedy.</summary>
internal sealed class CauseTests
{
    private const string Failed =
        "\ngemma-operator: step requirements failed with exit status 1\nerror building image: error building stage: "
        + "failed to execute command: waiting for process to exit: exit status 1";

    private const string FailedApt =
        "\ngemma-operator: step system-packages failed with exit status 100\nerror building image: error building "
        + "stage: failed to execute command: waiting for process to exit: exit status 100";

    private static RequirementOrigin Origin(string text)
    {
        var file = RequirementsFile.Parse(text, "spec.requirements.configMapRef deps", requireHashes: false).Value;
        return RequirementOrigin.Of(
            new ResolvedInputs
            {
                Dockerfile = "FROM x\nCOPY requirements.txt /opt/gemma/requirements.txt\n",
                Requirements = file.Render(),
                RequirementsField = file.Field,
                RequirementLines = file.SourceLines(),
            }
        );
    }

    [Test]
    public void Cause_pip_s_lines_are_those_of_the_user_s_file()
    {
        var message = FailedAttempt
            .Saying(
                RecordedKaniko.Message("pip-conflict"),
                dockerfile: "",
                origin: Origin("# ours\n\nuses-torch==1.0  # line 3\nnumpy==1.26.4\n")
            )
            .Failure.Message;
        Assert.That(
            message,
            Does.StartWith(
                    "ERROR: Cannot install uses-torch==1.0 (spec.requirements.configMapRef deps line 3) because these "
                        + "package versions have conflicting dependencies. The conflict is caused by: uses-torch 1.0 "
                        + "depends on torch>=2.9; The user requested (constraint) torch==2.10.0+cu128. "
                )
                .And.Not.Contain("(line 2)")
        );
    }

    [Test]
    public void Cause_a_long_conflict_leaves_its_cause_room()
    {
        var lines = string.Join(
            " and ",
            Enumerable.Range(1, 40).Select(i => $"-r /opt/gemma/requirements.txt (line {i})")
        );
        var said =
            "time=\"x\" level=info msg=\"Running: [/bin/sh -c pip]\"\n"
            + $"ERROR: Cannot install {lines} because these package versions have conflicting dependencies.\n\n"
            + $"The conflict is caused by:\n    a 1 depends on b<2\n    c 1 depends on b>2\n\nTo fix this{Failed}";
        var origin = Origin(string.Concat(Enumerable.Range(1, 50).Select(i => $"package-{i}==1.0\n")));
        var message = FailedAttempt.Saying(said[^2048..], log: said, origin: origin).Failure.Message;
        Assert.That(message, Does.Contain("The conflict is caused by: a 1 depends on b<2; c 1 depends on b>2. "));
        Assert.That(Truncation.Utf8Length(message), Is.LessThanOrEqualTo(1000));
    }

    [Test]
    public void A_line_that_no_requirement_has_stays_as_pip_said_it() =>
        Assert.That(
            Origin("a\n").Restore("-r /opt/gemma/requirements.txt (line 2), -r requirements.txt (line 1)"),
            Is.EqualTo("-r /opt/gemma/requirements.txt (line 2), a (spec.requirements.configMapRef deps line 1)")
        );

    [Test]
    public void A_build_of_an_older_release_has_the_requirement_without_the_line() =>
        Assert.That(
            RequirementOrigin
                .Of(new ResolvedInputs { Dockerfile = "COPY requirements.txt /x", Requirements = "a==1\n" })
                .Restore("-r /x/requirements.txt (line 1)"),
            Is.EqualTo("a==1")
        );

    [TestCase(
        "      OSError: CUDA_HOME environment variable is not set. Please set it to your CUDA install root.\n"
            + "error: metadata-generation-failed"
            + Failed,
        "CudaToolkitMissing",
        "CUDA_HOME environment variable is not set",
        "spec.base.flavor to devel"
    )]
    [TestCase(
        "  FileNotFoundError: [Errno 2] No such file or directory: '/usr/local/cuda/bin/nvcc'\n"
            + "ERROR: Failed building wheel for flash-attn"
            + Failed,
        "CudaToolkitMissing",
        "nvcc",
        "spec.base.flavor to devel"
    )]
    [TestCase(
        "/bin/sh: 1: nvcc: not found\nerror building image: error building stage: failed to execute command: "
            + "waiting for process to exit: exit status 127",
        "CudaToolkitMissing",
        "nvcc: not found",
        "spec.base.flavor to devel"
    )]
    [TestCase(
        "W: GPG error: https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64  InRelease: The "
            + "following signatures couldn't be verified because the public key is not available: NO_PUBKEY "
            + "A4B469963BF863CC\nE: The repository 'https://developer.download.nvidia.com/compute/cuda InRelease' is "
            + "not signed."
            + FailedApt,
        "RepositoryKeyRejected",
        "NO_PUBKEY A4B469963BF863CC",
        "spec.base"
    )]
    [TestCase(
        "Err:1 https://x.example stable InRelease\n  The following signatures were invalid: EXPKEYSIG 1234 Example\n"
            + "E: Failed to fetch https://x.example/dists/stable/InRelease"
            + FailedApt,
        "RepositoryKeyRejected",
        "EXPKEYSIG",
        "spec.base"
    )]
    [TestCase(
        "error building image: unable to complete operation after 3 attempts, last error: Get "
            + "\"https://registry.example/v2/\": tls: failed to verify certificate: x509: certificate signed by "
            + "unknown authority",
        "CertificateNotTrusted",
        "unknown authority",
        "spec.build.caBundleRef"
    )]
    [TestCase(
        "error checking push permissions: checking push permission for \"r.example/x:b1\": creating push check "
            + "transport for r.example failed: Get \"https://r.example/v2/\": x509: certificate signed by "
            + "unknown authority",
        "CertificateNotTrusted",
        "unknown authority",
        "spec.build.caBundleRef"
    )]
    [TestCase(
        "WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by "
            + "'SSLError(SSLCertVerificationError("
            + "1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate "
            + "(_ssl.c:1000)'))': /simple/x/\nERROR: No matching distribution found for x"
            + Failed,
        "CertificateNotTrusted",
        "CERTIFICATE_VERIFY_FAILED",
        "spec.build.caBundleRef"
    )]
    [TestCase(
        "W: Failed to fetch https://apt.example/dists/x/InRelease  Certificate verification failed: The certificate is "
            + "NOT trusted. The certificate issuer is unknown.\nE: Unable to locate package x"
            + FailedApt,
        "CertificateNotTrusted",
        "issuer is unknown",
        "spec.build.caBundleRef"
    )]
    [TestCase(
        "ERROR: HTTP error 401 while getting https://pypi.example/files/x-1.0.tar.gz" + Failed,
        "AuthenticationFailed",
        "HTTP error 401",
        "spec.requirements.indexCredentialsRef"
    )]
    public void Remedy_each_cause_has_its_own_and_is_not_repeated(string log, string reason, string says, string remedy)
    {
        var failure = FailedAttempt.Saying(log);
        Assert.That((failure.Failure.Reason, failure.IsTransient), Is.EqualTo((reason, false)));
        Assert.That(failure.Failure.Message, Does.Contain(says).And.Contain(remedy));
    }

    [Test]
    public void Cause_a_package_s_own_error_stands_behind_pip_s_word_for_it() =>
        Assert.That(
            FailedAttempt
                .Saying(
                    "error: subprocess-exited-with-error\n  Traceback (most recent call last):\n    File \"setup.py\"\n"
                        + "  ModuleNotFoundError: No module named 'torch'\nerror: metadata-generation-failed"
                        + Failed
                )
                .Failure.Message,
            Does.StartWith("error: subprocess-exited-with-error: ModuleNotFoundError: No module named 'torch'")
        );

    [TestCase("run-failed", "line 5: RUN echo building; ls /nosuch: ls: cannot access '/nosuch': No such file")]
    public void Cause_the_first_error_of_a_step_is_told(string recorded, string says) =>
        Assert.That(
            FailedAttempt
                .Saying(
                    RecordedKaniko.Message(recorded),
                    dockerfile: "ARG B\nFROM ${B}\nARG E\nRUN x\nRUN echo building; ls /nosuch\n"
                )
                .Failure.Message,
            Does.StartWith(says)
        );

    [Test]
    public void Cause_the_first_error_is_told_though_the_end_of_the_log_lost_it()
    {
        var log =
            "time=\"x\" level=info msg=\"RUN make all\"\ntime=\"x\" level=info msg=\"Running: [/bin/sh -c make all]\"\n"
            + "0 errors so far\nmain.c:3:10: fatal error: torch.h: No such file or directory\n"
            + string.Concat(Enumerable.Range(0, 300).Select(i => $"error: job {i} was stopped\n"))
            + "error building image: error building stage: failed to execute command: waiting for process to exit: "
            + "exit status 2";
        Assert.That(
            FailedAttempt.Saying(log[^2048..], 2, log).Failure.Message,
            Does.StartWith("RUN make all: main.c:3:10: fatal error: torch.h: No such file or directory: error building")
        );
    }
}
