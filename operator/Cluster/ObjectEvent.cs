using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>What a Kubernetes Event says, whichever of the two APIs it came from.</summary>
/// <param name="Object">Name of the object it is about.</param>
/// <param name="Reason">For example <c>FailedScheduling</c>.</param>
/// <param name="Message">Text.</param>
internal sealed record ObjectEvent(string Object, string Reason, string Message)
{
    public static ObjectEvent Of(Corev1Event e) => new(e.InvolvedObject?.Name ?? "", e.Reason ?? "", e.Message ?? "");

    public static ObjectEvent Of(Eventsv1Event e) => new(e.Regarding?.Name ?? "", e.Reason ?? "", e.Note ?? "");
}
