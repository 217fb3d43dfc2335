namespace Operator.Tests.Trials.Months.World;

/// <summary>Says how much goes wrong in a simulated world.</summary>
internal sealed record FaultPlan
{
    /// <summary>Gets the part of all requests to the API server and to registries that fail.</summary>
    public double Requests { get; init; }

    /// <summary>Gets the part of all writes at which the process ends.</summary>
    public double Crashes { get; init; }

    /// <summary>Gets the part of all writes that arrive when another leads.</summary>
    public double LateWrites { get; init; }

    /// <summary>
    /// Gets how often, of all moments in which a build runs, another process leads, and the one before doesn't know it
    /// for some minutes: its clock stands still, or the lease's writes were lost.
    /// </summary>
    public double TwoLeaders { get; init; }

    /// <summary>Gets how far caches are behind at most.</summary>
    public TimeSpan Lag { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Gets the part of what watches tell that is told twice, or is lost until the next list.</summary>
    public double Watches { get; init; }

    /// <summary>Gets by how much the operator's clock is set wrong now and then.</summary>
    public TimeSpan Clock { get; init; }

    /// <summary>Gets whether people delete builds and Jobs.</summary>
    public bool Deletions { get; init; }

    public static FaultPlan None { get; } = new();

    /// <summary>Gets all at once.</summary>
    public static FaultPlan All { get; } =
        new()
        {
            Requests = 0.2,
            Crashes = 0.03,
            LateWrites = 0.02,
            TwoLeaders = 0.005,
            Lag = TimeSpan.FromSeconds(60),
            Watches = 0.1,
            Clock = TimeSpan.FromDays(1),
            Deletions = true,
        };
}
