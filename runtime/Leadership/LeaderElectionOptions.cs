namespace GemmaOperator.Runtime.Leadership;

/// <summary>
/// Which lease decides who works. Every leader stops <see cref="Duration"/> − <see cref="RenewDeadline"/> before anyone
/// else may start; the defaults are client-go's.
/// </summary>
internal sealed record LeaderElectionOptions
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>Unique per process: a restarted process must not take its predecessor's lease for its own.</summary>
    public string Identity { get; init; } = $"{Environment.MachineName}_{Guid.NewGuid():N}";

    /// <summary>Others may take over when they saw no renewal for so long.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A leader that couldn't renew for so long stops.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Between attempts to get or to renew the lease.</summary>
    public TimeSpan RetryPeriod { get; init; } = TimeSpan.FromSeconds(2);
}
