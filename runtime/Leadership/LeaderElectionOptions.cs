namespace GemmaOperator.Runtime.Leadership;

/// <summary>
/// Says which lease decides who works. Every leader stops <see cref="Duration"/> − <see cref="RenewDeadline"/> before
/// anyone else may start; the defaults are client-go's.
/// </summary>
public sealed record LeaderElectionOptions
{
    /// <summary>Gets the lease's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>Gets the lease's name.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Gets the holder's name, unique per process: a restarted process must not take its predecessor's lease for its
    /// own.
    /// </summary>
    public string Identity { get; init; } = $"{Environment.MachineName}_{Guid.NewGuid():N}";

    /// <summary>Gets how long others must have seen no renewal before they may take over.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets the time after which a leader that couldn't renew stops.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets the time between attempts to get or to renew the lease.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
