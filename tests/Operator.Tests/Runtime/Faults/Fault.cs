using System.Net;

namespace Operator.Tests.Runtime.Faults;

/// <summary>What happens to one request.</summary>
internal sealed record Fault
{
    public static Fault None { get; } = new();

    /// <summary>The connection breaks before an answer.</summary>
    public static Fault Refused { get; } = new() { Refuse = true };

    public bool Refuse { get; init; }

    /// <summary>Answered with this instead of being passed on.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>Answered with 200 and this instead of being passed on.</summary>
    public string? Body { get; init; }

    /// <summary>Reason in the answer with a status; defaults to the status's name.</summary>
    public string? Reason { get; init; }

    public int? RetryAfterSeconds { get; init; }

    /// <summary>Waits before anything else.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The connection breaks after so many bytes of the answer's body.</summary>
    public long? CutAfterBytes { get; init; }

    /// <summary>From when this is true, nothing is passed on though the connection stays.</summary>
    public Func<bool>? Swallow { get; init; }

    /// <summary>What the answer brings is passed on so much later, and all that came meanwhile with it.</summary>
    public TimeSpan? LagBehind { get; init; }

    /// <summary>Every line of the answer comes twice, and the one before it a third time.</summary>
    public bool RepeatLines { get; init; }
}
