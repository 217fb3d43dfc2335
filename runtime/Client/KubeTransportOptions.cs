namespace GemmaOperator.Runtime.Client;

/// <summary>Says how to talk to the API server, and in whose name.</summary>
public sealed record KubeTransportOptions
{
    /// <summary>
    /// Gets the name under which fields are owned that are applied, at most 128 characters. A process that changes it
    /// leaves fields behind that belong to nobody.
    /// </summary>
    public required string FieldManager { get; init; }

    /// <summary>Gets what the API server's audit log calls this process; null: the field manager's name.</summary>
    public string? UserAgent { get; init; }

    /// <summary>
    /// Gets the client-side limit in requests per second; null: none, the server's own priority and fairness decides.
    /// </summary>
    public double? RequestsPerSecond { get; init; }

    /// <summary>Gets how many requests are let through at once under a limit.</summary>
    public int Burst { get; init; } = 100;

    /// <summary>
    /// Gets the time from sending a request to having read its answer; lists count per page, watches until their head.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets the longest <c>Retry-After</c> that is waited for within a request; when the server asks for more, the
    /// reconcile ends and its key waits.
    /// </summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Gets the subresources whose entries are kept of the managedFields of objects that are read, for example
    /// <c>scale</c> for whoever asks if an autoscaler set the replicas. All other entries are dropped while reading:
    /// they are often the larger half of an object.
    /// </summary>
    public IReadOnlyList<string> KeptManagers { get; init; } = [];

    /// <summary>
    /// Gets whom the requests are made as (<c>Impersonate-User</c>); null: as who the credentials say.
    /// </summary>
    public string? ImpersonatedUser { get; init; }

    /// <summary>Gets the groups that <see cref="ImpersonatedUser"/> is made a member of.</summary>
    public IReadOnlyList<string> ImpersonatedGroups { get; init; } = [];
}
