namespace GemmaOperator.Runtime.Events;

/// <summary>Counts how often an event that was written has happened.</summary>
/// <param name="ns">Where it lives.</param>
/// <param name="name">Its name.</param>
/// <param name="startedAt">Time provider's timestamp of the first occurrence.</param>
internal sealed class EventSeries(string ns, string name, long startedAt)
{
    public string Namespace => ns;

    public string Name => name;

    /// <summary>Gets the time provider's timestamp of the newest occurrence.</summary>
    public long LastAt { get; set; } = startedAt;

    /// <summary>Gets the time provider's timestamp of the newest write.</summary>
    public long WrittenAt { get; set; } = startedAt;

    public int Count { get; set; } = 1;
}
