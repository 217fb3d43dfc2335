using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Updates;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks when the published image is asked which packages a build would bring.</summary>
internal static class PackagesRules
{
    private const string Path = "spec.triggers.packages";

    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        if (spec.Triggers?.Packages is not { } packages)
        {
            return;
        }

        findings.OneOf($"{Path}.policy", packages.Policy);
        findings.OneOf($"{Path}.schedule", packages.Schedule);
        Durations.Check(Durations.PackagesInterval, packages.Interval, findings);
        Durations.Check(Durations.PackagesMaxAge, packages.MaxAge, findings);
        if (
            packages.Policy.Value == SystemUpdatePolicy.Security
            && spec.SystemUpdates?.Policy?.Value == SystemUpdatePolicy.None
        )
        {
            findings.Add(
                $"{Path}.policy",
                "builds bring no security updates with spec.systemUpdates.policy None",
                "choose All or None here, or All or Security there"
            );
        }
    }
}
