using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>Holds what a Kubernetes Event says.</summary>
/// <param name="Object">Name of the object it is about.</param>
/// <param name="Reason">For example <c>FailedScheduling</c>.</param>
/// <param name="Message">Text.</param>
/// <param name="Container">The container of that pod; null when it is about the whole object.</param>
internal sealed record ObjectEvent(string Object, string Reason, string Message, string? Container = null)
{
    /// <summary>
    /// Gets whether it tells why an image can't be pulled: the pod's own state turns to "Back-off" soon; the event
    /// keeps
    /// the cause.
    /// </summary>
    public bool IsPullFailure =>
        Reason == "Failed" && Message.StartsWith("Failed to pull image", StringComparison.Ordinal);

    /// <summary>Gets whether it tells why a volume can't be mounted.</summary>
    public bool IsMountFailure => Reason is "FailedMount" or "FailedAttachVolume";

    public static ObjectEvent Of(Corev1Event e) =>
        new(e.InvolvedObject?.Name ?? "", e.Reason ?? "", e.Message ?? "", ContainerOf(e.InvolvedObject?.FieldPath));

    /// <summary>A kubelet says <c>spec.containers{name}</c> (pkg/kubelet/container/ref.go).</summary>
    private static string? ContainerOf(string? path) =>
        path is not null && path.EndsWith('}') && path.IndexOf('{', StringComparison.Ordinal) is > 0 and var at
            ? path[(at + 1)..^1]
            : null;
}
