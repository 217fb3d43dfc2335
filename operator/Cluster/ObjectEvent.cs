using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>What a Kubernetes Event says, whichever of the two APIs it came from.</summary>
/// <param name="Object">Name of the object it is about.</param>
/// <param name="Reason">For example <c>FailedScheduling</c>.</param>
/// <param name="Message">Text.</param>
internal sealed record ObjectEvent(string Object, string Reason, string Message)
{
    public static ObjectEvent Of(Corev1Event e) => new(e.InvolvedObject?.Name ?? string.Empty, e.Reason ?? string.Empty, e.Message ?? string.Empty);

    public static ObjectEvent Of(Eventsv1Event e) => new(e.Regarding?.Name ?? string.Empty, e.Reason ?? string.Empty, e.Note ?? string.Empty);
}
