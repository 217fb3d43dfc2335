using GemmaOperator.Runtime.Text;
using GemmaOperator.Text;
using k8s.Models;

namespace GemmaOperator.Cluster;

/// <summary>
/// Collects conditions in a list. A condition keeps its lastTransitionTime while its status stays the same (API
/// conventions), and keeps its place, so that an unchanged list serialises to the same bytes.
/// </summary>
internal sealed class Conditions(IReadOnlyList<V1Condition> before, long generation, DateTime now)
{
    /// <summary>Bounds, as the API does, a condition's message, in characters.</summary>
    private const int MessageLimit = 32_768;

    private readonly List<V1Condition> _list = [.. before];

    public IReadOnlyList<V1Condition> List => _list;

    public void True(string type, string reason, string message) => Set(type, "True", reason, message);

    public void False(string type, string reason, string message) => Set(type, "False", reason, message);

    public void Unknown(string type, string reason, string message) => Set(type, "Unknown", reason, message);

    public void Remove(string type) => _list.RemoveAll(c => c.Type == type);

    /// <summary>What a message quotes may be anybody's: it is one line, in which all can be seen.</summary>
    private void Set(string type, string status, string reason, string said)
    {
        var message = VisibleText.Line(said);
        var index = _list.FindIndex(c => c.Type == type);
        var since = index >= 0 && _list[index].Status == status ? _list[index].LastTransitionTime : WholeSeconds(now);
        var condition = new V1Condition
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = Truncation.Shorten(message, MessageLimit),
            ObservedGeneration = generation,
            LastTransitionTime = since,
        };
        if (index >= 0)
        {
            _list[index] = condition;
        }
        else
        {
            _list.Add(condition);
        }
    }

    /// <summary>
    /// Cuts a time to whole seconds, as the API stores it; anything finer would look like a change for ever.
    /// </summary>
    public static DateTime WholeSeconds(DateTime time) =>
        new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), DateTimeKind.Utc);
}
