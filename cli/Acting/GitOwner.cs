using GemmaOperator.Api.BaseImages;

namespace KubectlGemma.Acting;

/// <summary>Finds what would put a spec back that was changed by hand.</summary>
internal static class GitOwner
{
    /// <summary>Returns whose manifest the object comes from; null when nothing says so.</summary>
    public static string? Of(GemmaBaseImage image)
    {
        var (labels, annotations) = (image.Metadata.Labels, image.Metadata.Annotations);
        return Has(labels, "kustomize.toolkit.fluxcd.io/name", out var kustomization)
                ? $"Flux' Kustomization {kustomization}"
            : Has(labels, "helm.toolkit.fluxcd.io/name", out var release) ? $"Flux' HelmRelease {release}"
            : Has(annotations, "argocd.argoproj.io/tracking-id", out var tracking)
                ? $"Argo CD's application {tracking.Split(':')[0]}"
            : Has(annotations, "meta.helm.sh/release-name", out var helm) ? $"Helm's release {helm}"
            : null;
    }

    private static bool Has(IDictionary<string, string>? of, string key, out string value)
    {
        value = "";
        if (of is null || !of.TryGetValue(key, out var found) || found.Length == 0)
        {
            return false;
        }

        value = found;
        return true;
    }
}
