namespace GemmaOperator.Dashboard.Access;

/// <summary>Asks the API server who somebody is, and what they may do.</summary>
internal interface IReviews
{
    /// <summary>Returns whose token it is; null where the API server doesn't take it.</summary>
    /// <exception cref="Runtime.Contracts.KubeApiException">It couldn't be asked.</exception>
    Task<Identity?> WhoAsync(string token, CancellationToken cancellationToken);

    /// <summary>Returns whose token it is where that was asked just now; null where it wasn't.</summary>
    Identity? Remembered(string token);

    /// <summary>Returns whether somebody may do that.</summary>
    /// <exception cref="Runtime.Contracts.KubeApiException">It couldn't be asked.</exception>
    Task<bool> MayAsync(Identity who, AskedAccess asked, CancellationToken cancellationToken);
}
