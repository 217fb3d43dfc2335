namespace GemmaOperator.Dashboard.Access;

/// <summary>Says what a visitor may see.</summary>
internal interface IRights
{
    /// <summary>Returns null where it is allowed, else one sentence that names the verb that is missing.</summary>
    /// <exception cref="Runtime.Contracts.KubeApiException">Nobody could say.</exception>
    Task<string?> RefusalAsync(AskedAccess asked, CancellationToken cancellationToken);
}
