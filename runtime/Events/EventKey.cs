using GemmaOperator.Runtime.Contracts;

namespace GemmaOperator.Runtime.Events;

/// <summary>Says what makes two events the same.</summary>
internal sealed record EventKey(
    string? Uid,
    string? Namespace,
    string Name,
    EventType Type,
    string Reason,
    string Action,
    string Note
);
