namespace GemmaOperator.Cluster;

/// <summary>A Kubernetes Event to be: what changed, for the person who types <c>kubectl describe</c>.</summary>
internal sealed record EventText(bool IsWarning, string Reason, string Action, string Note);
