namespace GemmaOperator.Runtime.Control;

/// <summary>What the host needs of a controller, whatever its kind.</summary>
internal interface IController
{
    string Name { get; }

    /// <summary>
    /// Works until <paramref name="taking"/> is cancelled; cancelling
    /// <paramref name="working"/> ends running reconciles.
    /// </summary>
    Task RunAsync(CancellationToken taking, CancellationToken working);

    /// <summary>What is wrong with the loops, or null.</summary>
    string? Trouble();
}
