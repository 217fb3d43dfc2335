using System.Globalization;

namespace GemmaOperator.Runtime.Events;

/// <summary>
/// Names events after the object and the time, so that a list of them, which a server gives by name, is in the order in
/// which they happened: of those within one second kubectl knows no other.
/// </summary>
internal sealed class EventNames(TimeProvider time)
{
    /// <summary>Bounds an event's name in characters.</summary>
    private const int Longest = 253;

    private readonly string _process = Random.Shared.Next().ToString("x8", CultureInfo.InvariantCulture);
    private int _number;

    /// <summary>Returns the name of the next event about an object.</summary>
    public string Next(string about)
    {
        var suffix = string.Create(
            CultureInfo.InvariantCulture,
            $".{time.GetUtcNow().UtcTicks:x16}{(ushort)Interlocked.Increment(ref _number):x4}{_process}"
        );
        var room = Longest - suffix.Length;
        return (about.Length <= room ? about : about[..room].TrimEnd('.', '-')) + suffix;
    }
}
