using k8s.Models;

namespace GemmaOperator.Runtime.Events;

/// <summary>Holds an event that waits to be written.</summary>
internal sealed record PendingEvent(string Name, EventKey Key, V1ObjectReference Regarding, DateTime At);
