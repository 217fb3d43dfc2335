using GemmaOperator.Runtime.Text;

namespace GemmaOperator.Cluster;

/// <summary>
/// Holds the text of a Kubernetes Event: what changed, for the person who types <c>kubectl describe</c>. Whatever it
/// quotes, it is one line in which all can be seen.
/// </summary>
internal sealed record EventText(bool IsWarning, string Reason, string Action, string Note)
{
    public string Note { get; init; } = VisibleText.Line(Note);
}
