using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Workloads;

/// <summary>
/// Tells images apart, wherever admission has them pulled from: a mirror changes the name of an image, not its digest.
/// </summary>
internal static class RunningImage
{
    /// <summary>Returns the digest in a reference, or in a kubelet's imageID; null when it names none.</summary>
    public static string? DigestIn(string? reference) =>
        reference?.LastIndexOf('@') is > 0 and var at
        && ImageDigest.TryParse(reference[(at + 1)..], out var digest, out _)
            ? digest.ToString()
            : null;

    /// <summary>Returns what tells an image from others: its digest, or the text where it has none.</summary>
    public static string? IdentityOf(string? reference) => DigestIn(reference) ?? reference;

    /// <summary>
    /// Returns the digest of a pod's server: of what it is to run, or of what its node found under a name without one;
    /// null while nobody knows.
    /// </summary>
    public static string? DigestOf(k8s.Models.V1Pod pod) =>
        DigestIn(pod.Spec?.Containers?.FirstOrDefault(c => c.Name == ServingDeployment.ContainerName)?.Image)
        ?? DigestIn(pod.Server?.ImageID);
}
