using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Api.Validation;

/// <summary>Checks how the Kaniko Job runs.</summary>
internal static class BuildRules
{
    public static void Check(GemmaBaseImageSpec spec, Findings findings)
    {
        var build = spec.Build ?? new BuildSpec();
        if (build.ExecutorImage is { } image && ReferenceSyntax.OfImage(image) is { } executor)
        {
            findings.Add("spec.build.executorImage", executor.Problem, executor.Remedy);
        }

        Names.CheckReference("spec.build.serviceAccountName", build.ServiceAccountName, "a ServiceAccount", findings);
        Names.CheckReference("spec.build.priorityClassName", build.PriorityClassName, "a PriorityClass", findings);
        ResourceRules.Check("spec.build.resources", build.Resources, findings);
        Durations.Check(Durations.BuildTimeout, build.Timeout, findings);
        findings.Match(
            "spec.build.scratchSizeLimit",
            build.ScratchSizeLimit,
            Syntax.StorageSize(),
            "a size",
            "write it as in 100Gi"
        );
        Names.CheckNodeSelector("spec.build.nodeSelector", build.NodeSelector, findings);
        Names.CheckTolerations("spec.build.tolerations", build.Tolerations, findings);
        if (build.CaBundleRef is { } bundle)
        {
            Names.CheckKey("spec.build.caBundleRef", bundle.Name, bundle.Key ?? "", "a ConfigMap", findings);
        }

        PodMetadataRules.CheckLabels("spec.build.podLabels", build.PodLabels, findings);
        PodMetadataRules.CheckAnnotations("spec.build.podAnnotations", build.PodAnnotations, findings);
        Names.CheckSecrets("spec.build.imagePullSecrets", build.ImagePullSecrets, findings);

        if (spec.SystemUpdates?.Policy is { } updates)
        {
            findings.OneOf("spec.systemUpdates.policy", updates);
        }

        var cache = build.Cache ?? new CacheSpec();
        findings.OneOf("spec.build.cache.mode", cache.Mode);
        findings.OneOf("spec.build.cache.refresh", cache.Refresh);
        Durations.Check(Durations.CacheTtl, cache.Ttl, findings);
        if (cache.Repository is { Length: > 0 } repository && ReferenceSyntax.OfRepository(repository) is { } error)
        {
            findings.Add("spec.build.cache.repository", error.Problem, error.Remedy);
        }
    }
}
