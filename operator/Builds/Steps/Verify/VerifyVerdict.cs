using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Failures;
using GemmaOperator.Registry.References;
using GemmaOperator.Text;

namespace GemmaOperator.Builds.Steps.Verify;

/// <summary>Holds what a candidate's report comes to beside what it must prove.</summary>
/// <param name="Status">What was found, for the build's status.</param>
/// <param name="Failure">Why it is rejected; null when it isn't.</param>
internal sealed record VerifyVerdict(VerificationStatus Status, ClassifiedFailure? Failure)
{
    /// <param name="verification">What it must prove.</param>
    /// <param name="candidate">The candidate's digest.</param>
    /// <param name="user">User in its config.</param>
    /// <param name="report">What it says of itself.</param>
    /// <param name="servesFromLibtorch">Whether the server will load its libtorch.</param>
    public static VerifyVerdict Judge(
        VerificationTemplate verification,
        ImageDigest candidate,
        string user,
        VerifyReport report,
        bool servesFromLibtorch
    )
    {
        var warnings = new List<string>();
        var problems = new List<(FailureReason Reason, string Text)>();
        if (report.Digest != candidate.ToString())
        {
            Reject(
                FailureReason.PullTestFailed,
                $"the report is about {UntrustedText.Show(report.Digest)} and not about {candidate}"
            );
        }

        if (report.Uid == 0)
        {
            RejectIf(
                verification.NonRoot == NonRootPolicy.Enforce,
                FailureReason.RunsAsRoot,
                $"its user {UntrustedText.Show(user)} is uid 0 inside it"
            );
        }

        CompareTorch(verification, report, Reject);
        CompareImports(verification, report, Reject);
        if (verification.PullTest.RequireGPU && (report.Gpu ?? VerifyReport.Fact.Missing) is { Error: { } noGpu })
        {
            Reject(FailureReason.PullTestFailed, $"no GPU: {noGpu}");
        }

        if (report.TorchLib.Error is { } noLib)
        {
            RejectIf(servesFromLibtorch, FailureReason.PullTestFailed, $"the server wouldn't find libtorch: {noLib}");
        }

        warnings.AddRange(report.PipCheck.Select(line => $"pip check: {line}"));
        if (report.ImportsLeftOut > 0)
        {
            warnings.Add($"{report.ImportsLeftOut} imports had no room in the report");
        }

        return new VerifyVerdict(StatusOf(user, report, warnings), FailureOf(problems));

        void Reject(FailureReason reason, string text) => problems.Add((reason, text));

        void RejectIf(bool rejects, FailureReason reason, string text)
        {
            if (rejects)
            {
                Reject(reason, text);
            }
            else
            {
                warnings.Add(text);
            }
        }
    }

    private static void CompareTorch(
        VerificationTemplate verification,
        VerifyReport report,
        Action<FailureReason, string> reject
    )
    {
        if (verification.Pytorch.Length == 0 && verification.Cuda.Length == 0)
        {
            return;
        }

        if (report.Torch.Error is { } error)
        {
            reject(FailureReason.ImportFailed, $"torch: {error}");
            return;
        }

        if (!IsVersion(verification.Pytorch, report.Torch.Value))
        {
            reject(
                FailureReason.VersionMismatch,
                $"PyTorch is {UntrustedText.Show(report.Torch.Value)}, spec.base.pytorch is {verification.Pytorch}"
            );
        }

        if (!IsVersion(verification.Cuda, report.Cuda))
        {
            reject(
                FailureReason.VersionMismatch,
                report.Cuda.Length == 0
                    ? $"PyTorch is built without CUDA, spec.base.cuda is {verification.Cuda}"
                    : $"PyTorch is built for CUDA {UntrustedText.Show(report.Cuda)}, spec.base.cuda is {verification.Cuda}"
            );
        }
    }

    /// <summary>
    /// Decides whether a version is the declared one as far as both say: 12.8 is 12.8.1, and 2.10.0 is 2.10.0+cu128
    /// (PEP 440's
    /// local version), but not 2.1.
    /// </summary>
    private static bool IsVersion(string declared, string found)
    {
        var want = declared.Split('+')[0].Split('.');
        var have = found.Split('+')[0].Split('.');
        return declared.Length == 0 || (found.Length > 0 && want.Zip(have).All(p => p.First == p.Second));
    }

    private static void CompareImports(
        VerificationTemplate verification,
        VerifyReport report,
        Action<FailureReason, string> reject
    )
    {
        foreach (var name in verification.Imports)
        {
            if (!report.Imports.TryGetValue(name, out var error))
            {
                if (report.ImportsLeftOut == 0)
                {
                    reject(FailureReason.PullTestFailed, $"the report says nothing of the import {name}");
                }
            }
            else if (error is not null)
            {
                reject(FailureReason.ImportFailed, $"{name}: {error}");
            }
        }
    }

    private static ClassifiedFailure? FailureOf(IReadOnlyList<(FailureReason Reason, string Text)> problems) =>
        problems.Count == 0
            ? null
            : ClassifiedFailure.Of(
                problems[0].Reason,
                string.Join("; ", problems.Select(p => p.Text)),
                VerifyJob.Container
            );

    private static VerificationStatus StatusOf(string user, VerifyReport report, IReadOnlyList<string> warnings) =>
        new()
        {
            User = user,
            Uid = report.Uid,
            Gid = report.Gid,
            PythonVersion = report.Python,
            TorchVersion = report.Torch.Error is null ? report.Torch.Value : null,
            CudaVersion = report.Torch.Error is null ? report.Cuda : null,
            TorchLib = report.TorchLib.Error is null ? report.TorchLib.Value : null,
            Gpu = report.Gpu is { Error: null } gpu ? gpu.Value : null,
            Imports = [.. report.Imports.Where(i => i.Value is null).Select(i => i.Key)],
            DiskBytes = report.DiskBytes,
            Warnings = [.. warnings.Take(32)],
        };
}
