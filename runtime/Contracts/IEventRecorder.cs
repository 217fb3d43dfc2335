using k8s;
using k8s.Models;

namespace GemmaOperator.Runtime.Contracts;

/// <summary>Writes Kubernetes Events (core/v1), as client-go's recorder does.</summary>
public interface IEventRecorder
{
    /// <summary>
    /// Queues an event and returns; it is written in the background, and a failure to write is logged and never fails
    /// the caller. Repeats within a few minutes count up one event's series.
    /// </summary>
    /// <param name="regarding">The object it is about.</param>
    /// <param name="type">Normal or Warning.</param>
    /// <param name="reason">Why, one CamelCase word, at most 128 characters.</param>
    /// <param name="action">What was done, one CamelCase word, at most 128 characters.</param>
    /// <param name="note">For people; cut to 1,024 bytes of UTF-8, the API's limit.</param>
    void Publish(IKubernetesObject<V1ObjectMeta> regarding, EventType type, string reason, string action, string note);
}
