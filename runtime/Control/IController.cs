namespace GemmaOperator.Runtime.Control;

/// <summary>Hides the kind of a controller from the host.</summary>
internal interface IController
{
    string Name { get; }

    /// <summary>
    /// Works until <paramref name="taking"/> is cancelled; cancelling
    /// <paramref name="working"/> ends running reconciles.
    /// </summary>
    Task RunAsync(CancellationToken taking, CancellationToken working);

    /// <summary>Takes up all objects of a namespace, while it works.</summary>
    void Wake(string ns);

    /// <summary>Returns what is wrong with the loops, or null.</summary>
    string? Trouble();
}
