namespace GemmaOperator.Runtime.Client;

/// <summary>How to talk to the API server.</summary>
internal sealed record KubeTransportOptions
{
    /// <summary>Client-side limit; null: none, the server's own priority and fairness decides.</summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>Requests let through at once under a limit.</summary>
    public int Burst { get; init; } = 100;

    /// <summary>
    /// From sending a request to having read its answer; lists count per page, watches until their head.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Waited for within a request; when the server asks for more, the reconcile ends and its key waits.
    /// </summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    public string UserAgent { get; init; } = "gemma-operator";

    /// <summary>Owner of the fields we apply.</summary>
    public string FieldManager { get; init; } = "gemma-operator";
}
