using GemmaOperator.Api.BaseImages;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Words;
using GemmaOperator.BaseImages.Reconcile;
using GemmaOperator.BaseImages.Workloads;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;

namespace GemmaOperator.Hosting;

/// <summary>Says which objects of the two kinds a change of another object is news for.</summary>
internal static class ObjectLinks
{
    /// <summary>Returns the GemmaBaseImages that name an object.</summary>
    public static IEnumerable<ObjectKey> Naming(
        IIndexer<GemmaBaseImage> images,
        string index,
        IKubernetesObject<V1ObjectMeta> named
    ) => images.ByIndex(index, $"{named.Metadata.NamespaceProperty}/{named.Metadata.Name}").Select(ObjectKey.Of);

    /// <summary>Returns the keys under which a GemmaBaseImage is found by what it names.</summary>
    public static IEnumerable<string> KeysOf(
        GemmaBaseImage image,
        Func<GemmaBaseImageSpec?, IEnumerable<(string Field, string Name)>> named
    ) => named(image.Spec).Select(o => $"{image.Metadata.NamespaceProperty}/{o.Name}");

    /// <summary>Returns the keys under which a GemmaBuild is found by the Secrets that it names.</summary>
    public static IEnumerable<string> SecretsOf(GemmaBuild build) =>
        build.Spec?.Template is { } template
            ? new[] { template.PullSecretName, template.PushSecretName }
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
                .Select(name => $"{build.Metadata.NamespaceProperty}/{name}")
            : [];

    /// <summary>Returns the GemmaBuilds whose alias tags a registry refused, and that name a Secret.</summary>
    public static IEnumerable<ObjectKey> WithStuckTags(
        IIndexer<GemmaBuild> builds,
        string index,
        IKubernetesObject<V1ObjectMeta> secret
    ) =>
        builds
            .ByIndex(index, $"{secret.Metadata.NamespaceProperty}/{secret.Metadata.Name}")
            .Where(b =>
                b.Status?.Conditions.Any(c => c is { Type: ConditionType.AliasTagsCurrent, Status: "False" }) == true
            )
            .Select(ObjectKey.Of);

    /// <summary>Returns pods of the server, and those that ask it, carry the image's label and no build's.</summary>
    public static IEnumerable<string> ServedImage(V1Pod pod) =>
        pod.Metadata.Labels is { } labels
        && !labels.ContainsKey(ApiGroup.BuildLabel)
        && labels.TryGetValue(ApiGroup.ImageLabel, out var image)
        && labels.ContainsKey(WorkloadMetadata.NameLabel)
            ? [ImageGatherer.PodKey(pod.Metadata.NamespaceProperty, image)]
            : [];

    /// <summary>Returns the GemmaBaseImage whose weights a claim is for.</summary>
    public static IEnumerable<ObjectKey> ModelOf(V1PersistentVolumeClaim claim) =>
        claim.Metadata.Labels is { } labels && labels.TryGetValue(ApiGroup.ImageLabel, out var image)
            ? [new ObjectKey(claim.Metadata.NamespaceProperty, image)]
            : [];

    /// <summary>
    /// Returns the GemmaBaseImage whose workload an object that goes with nobody is, or may become.
    /// </summary>
    public static IEnumerable<ObjectKey> LeftWorkload(IKubernetesObject<V1ObjectMeta> child) =>
        child.Metadata.OwnerReferences is not { Count: > 0 }
        && child.Metadata.Labels is { } labels
        && labels.TryGetValue(ApiGroup.ImageLabel, out var image)
        && labels.TryGetValue(WorkloadMetadata.NameLabel, out var role)
        && role == WorkloadMetadata.ServerName
            ? [new ObjectKey(child.Metadata.NamespaceProperty, image)]
            : [];

    /// <summary>Returns the GemmaBuild that a pod belongs to.</summary>
    public static IEnumerable<ObjectKey> BuildOf(V1Pod pod) =>
        pod.Metadata.Labels is { } labels && labels.TryGetValue(ApiGroup.BuildLabel, out var build)
            ? [new ObjectKey(pod.Metadata.NamespaceProperty, build)]
            : [];
}
