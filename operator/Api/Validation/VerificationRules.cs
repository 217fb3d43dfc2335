using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks what a candidate must prove.</summary>
internal static class VerificationRules
{
    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        var verification = spec.Verification ?? new VerificationSpec();
        var pullTest = verification.PullTest ?? new PullTestSpec();
        Durations.Check(Durations.PullTestTimeout, pullTest.Timeout, findings);
        ResourceRules.Check(
            "spec.verification.pullTest.resources",
            pullTest.Resources,
            findings,
            spec.Rollout?.Server?.Gpu?.ResourceName,
            pullTest.RequireGPU ? 1 : 0
        );
        ResourceRules.Check("spec.verification.scan.resources", verification.Scan?.Resources, findings);
        findings.OneOf("spec.verification.nonRoot", verification.NonRoot);
        findings.OneOf("spec.verification.newPackages", verification.NewPackages);
        if (verification.NewPackages.Value == NewPackagesPolicy.Approve && !pullTest.Enabled)
        {
            findings.Add(
                "spec.verification.newPackages",
                "nobody lists what a candidate holds that isn't run",
                "set spec.verification.pullTest.enabled to true, or this to Allow"
            );
        }

        var imports = verification.Imports ?? [];
        for (var i = 0; i < imports.Count; i++)
        {
            findings.Match(
                $"spec.verification.imports[{i}]",
                imports[i],
                Syntax.PythonModule(),
                "a Python module",
                "write it as in torch or torch.nn"
            );
        }

        CheckScan(verification.Scan ?? new ScanSpec(), findings);
    }

    private static void CheckScan(ScanSpec scan, Findings findings)
    {
        findings.OneOf("spec.verification.scan.scanner", scan.Scanner);
        findings.OneOf("spec.verification.scan.failOn", scan.FailOn);
        findings.OneOf("spec.verification.scan.onScannerError", scan.OnScannerError);
        var image = scan.Image ?? "";
        if (image.Length > 0 && ReferenceSyntax.OfImage(image) is { } error)
        {
            findings.Add("spec.verification.scan.image", error.Problem, error.Remedy);
        }
        else if (scan.Enabled && !ReferenceSyntax.HasDigest(image))
        {
            findings.Add(
                "spec.verification.scan",
                "it is enabled without a scanner image by digest",
                "give verification.scan.image with a digest (name@sha256:…)"
            );
        }

        var ignored = scan.Ignore ?? [];
        for (var i = 0; i < ignored.Count; i++)
        {
            findings.Match(
                $"spec.verification.scan.ignore[{i}].id",
                ignored[i]?.Id,
                Syntax.VulnerabilityId(),
                "a finding's id",
                "write it as in CVE-2026-0001"
            );
            if (string.IsNullOrWhiteSpace(ignored[i]?.Reason))
            {
                findings.Add(
                    $"spec.verification.scan.ignore[{i}].reason",
                    "it is empty",
                    "say why the finding is accepted"
                );
            }
        }
    }
}
