namespace GemmaOperator.Cluster;

/// <summary>
/// Holds the text of a Kubernetes Event: what changed, for the person who types <c>kubectl describe</c>.
/// </summary>
internal sealed record EventText(bool IsWarning, string Reason, string Action, string Note);
