using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Updates;
using GemmaOperator.Api.Vulnerabilities;
using GemmaOperator.Api.Words;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Api.Validation;

/// <summary>
/// Checks what is asked between builds (which packages a build would bring, which vulnerabilities what serves has) and
/// how what moved is brought. Schedules and polls belong to <see cref="ScheduleRules"/>.
/// </summary>
internal static class TriggerRules
{
    private const string Packages = "spec.triggers.packages";

    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        CheckPackages(spec, findings);
        CheckVulnerabilities(spec, findings);
        CheckPatching(spec, findings);
    }

    private static void CheckPatching(GemmaBaseImageSpec spec, Findings findings)
    {
        if (spec.Patching is { } patching)
        {
            findings.OneOf("spec.patching.policy", patching.Policy);
            Durations.Check(Durations.FullRebuildInterval, patching.FullRebuildInterval, findings);
        }
    }

    private static void CheckPackages(GemmaBaseImageSpec spec, Findings findings)
    {
        if (spec.Triggers?.Packages is not { } packages)
        {
            return;
        }

        findings.OneOf($"{Packages}.policy", packages.Policy);
        findings.OneOf($"{Packages}.schedule", packages.Schedule);
        Durations.Check(Durations.PackagesInterval, packages.Interval, findings);
        Durations.Check(Durations.PackagesMaxAge, packages.MaxAge, findings);
        if (
            packages.Policy.Value == SystemUpdatePolicy.Security
            && spec.SystemUpdates?.Policy?.Value == SystemUpdatePolicy.None
        )
        {
            findings.Add(
                $"{Packages}.policy",
                "builds bring no security updates with spec.systemUpdates.policy None",
                "choose All or None here, or All or Security there"
            );
        }
    }

    private static void CheckVulnerabilities(GemmaBaseImageSpec spec, Findings findings)
    {
        if (spec.Sla is { } sla)
        {
            Check(Durations.SlaCritical, sla.Critical, findings);
            Check(Durations.SlaHigh, sla.High, findings);
            Check(Durations.SlaMedium, sla.Medium, findings);
            Check(Durations.SlaLow, sla.Low, findings);
        }

        if (spec.Triggers?.Vulnerabilities is not { } trigger)
        {
            if (spec.Sla is not null)
            {
                findings.Add(
                    "spec.sla",
                    "nothing is known to be exposed without scans",
                    "set spec.triggers.vulnerabilities, or take spec.sla out"
                );
            }

            return;
        }

        findings.OneOf("spec.triggers.vulnerabilities.severity", trigger.Severity);
        foreach (var (field, severity) in Unjudged(spec.Sla, trigger))
        {
            findings.Add(
                $"spec.sla.{field}",
                $"with spec.triggers.vulnerabilities.severity {trigger.Severity} no finding of it counts",
                $"lower that to {severity}, or take this out"
            );
        }

        Durations.Check(Durations.ScanInterval, trigger.Interval, findings);
        if (!ReferenceSyntax.HasDigest(spec.Verification?.Scan?.Image ?? ""))
        {
            findings.Add(
                "spec.triggers.vulnerabilities",
                "it needs a scanner image by digest",
                "give verification.scan.image with a digest (name@sha256:…)"
            );
        }
    }

    /// <summary>Returns the bounds that no finding can go beyond, since what they are for isn't counted.</summary>
    private static IEnumerable<(string Field, VulnerabilitySeverity Severity)> Unjudged(
        SlaSpec? sla,
        VulnerabilityTrigger trigger
    ) =>
        new[]
        {
            ("low", VulnerabilitySeverity.Low, sla?.Low),
            ("medium", VulnerabilitySeverity.Medium, sla?.Medium),
            ("high", VulnerabilitySeverity.High, sla?.High),
        }
            .Where(bound => bound.Item3 is not null && bound.Item2 < trigger.Severity.Value)
            .Select(bound => (bound.Item1, bound.Item2));

    private static void Check(Durations.Bound bound, WireDuration? given, Findings findings)
    {
        if (given is { } duration)
        {
            Durations.Check(bound, duration, findings);
        }
    }
}
