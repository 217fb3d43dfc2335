using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Validation.Engines;
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
    /// <summary>Holds what is wrong with a candidate, and what to do where the reason doesn't say it.</summary>
    private sealed record Fault(FailureReason Reason, string Text, string? Remedy = null);

    /// <param name="verification">What it must prove.</param>
    /// <param name="candidate">The candidate's digest.</param>
    /// <param name="user">User in its config.</param>
    /// <param name="report">What it says of itself.</param>
    /// <param name="servesFromLibtorch">Whether the server will load its libtorch.</param>
    /// <param name="publishedUpdates">Which updates what is published has above the same base; null for none.</param>
    public static VerifyVerdict Judge(
        VerificationTemplate verification,
        ImageDigest candidate,
        string user,
        VerifyReport report,
        bool servesFromLibtorch,
        SystemUpdatePolicy? publishedUpdates
    )
    {
        var warnings = new List<string>();
        var problems = new List<Fault>();
        if (report.Digest != candidate.ToString())
        {
            Reject(
                FailureReason.PullTestFailed,
                $"the report is about {Quoted.Of(report.Digest)} and not about {candidate}"
            );
        }

        if (report.Uid == 0)
        {
            RejectIf(
                verification.NonRoot == NonRootPolicy.Enforce,
                FailureReason.RunsAsRoot,
                $"its user {Quoted.Of(user)} is uid 0 inside it"
            );
        }

        problems.AddRange(CompareTorch(verification, report));
        problems.AddRange(CompareImports(verification, report));
        if (verification.PullTest.RequireGPU && (report.Gpu ?? VerifyReport.Fact.Missing) is { Error: { } noGpu })
        {
            Reject(FailureReason.PullTestFailed, $"no GPU: {noGpu}");
        }

        if (report.TorchLib.Error is { } noLib)
        {
            RejectIf(servesFromLibtorch, FailureReason.PullTestFailed, $"the server wouldn't find libtorch: {noLib}");
        }

        UpdatesProof.Judge(verification, report, publishedUpdates, Reject, warnings.Add);
        warnings.AddRange(report.PipCheck.Select(line => $"pip check: {line}"));
        if (report.ImportsLeftOut > 0)
        {
            warnings.Add($"{report.ImportsLeftOut} imports had no room in the report");
        }

        return new VerifyVerdict(StatusOf(verification, user, report, warnings), FailureOf(problems));

        void Reject(FailureReason reason, string text) => problems.Add(new Fault(reason, text));

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

    private static IEnumerable<Fault> CompareTorch(VerificationTemplate verification, VerifyReport report)
    {
        if (verification.Pytorch.Length == 0 && verification.Cuda.Length == 0)
        {
            yield break;
        }

        if (report.Torch.Error is { } error)
        {
            yield return new Fault(FailureReason.ImportFailed, $"torch: {error}");
            yield break;
        }

        if (!DeclaredVersion.Fits(verification.Pytorch, report.Torch.Value))
        {
            yield return new Fault(
                FailureReason.VersionMismatch,
                $"PyTorch is {Quoted.Of(report.Torch.Value)}, spec.base.pytorch is {verification.Pytorch}",
                DeclaredVersion.PytorchRemedy(report.Torch.Value)
            );
        }

        if (!DeclaredVersion.Fits(verification.Cuda, report.Cuda))
        {
            yield return new Fault(
                FailureReason.VersionMismatch,
                report.Cuda.Length == 0
                    ? $"PyTorch is built without CUDA, spec.base.cuda is {verification.Cuda}"
                    : $"PyTorch is built for CUDA {Quoted.Of(report.Cuda)}, spec.base.cuda is {verification.Cuda}",
                DeclaredVersion.CudaRemedy(report.Cuda)
            );
        }
    }

    private static IEnumerable<Fault> CompareImports(VerificationTemplate verification, VerifyReport report)
    {
        foreach (var name in verification.Imports)
        {
            if (!report.Imports.TryGetValue(name, out var error))
            {
                if (report.ImportsLeftOut == 0)
                {
                    yield return new Fault(
                        FailureReason.PullTestFailed,
                        $"the report says nothing of the import {name}"
                    );
                }
            }
            else if (error is not null)
            {
                yield return new Fault(FailureReason.ImportFailed, $"{name}: {error}", EngineModules.Remedy(name));
            }
        }
    }

    private static ClassifiedFailure? FailureOf(IReadOnlyList<Fault> problems) =>
        problems.Count == 0
            ? null
            : ClassifiedFailure.Of(
                problems[0].Reason,
                string.Join("; ", problems.Select(p => p.Text)),
                VerifyJob.Container,
                remedy: problems.Any(p => p.Remedy is not null)
                    ? string.Join(
                        ' ',
                        problems.Select(p => p.Remedy ?? p.Reason.Remedy).Distinct(StringComparer.Ordinal).Take(2)
                    )
                    : null
            );

    private static VerificationStatus StatusOf(
        VerificationTemplate verification,
        string user,
        VerifyReport report,
        IReadOnlyList<string> warnings
    ) =>
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
            SystemUpdates = UpdatesProof.StatusOf(verification, report),
            Warnings = [.. warnings.Take(32)],
        };
}
