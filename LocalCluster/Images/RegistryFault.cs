namespace LocalCluster.Images;

/// <summary>Describes a failure on purpose.</summary>
/// <param name="Status">HTTP status; 0 never answers.</param>
/// <param name="Body">Body of the answer.</param>
/// <param name="ContentType">Its type.</param>
/// <param name="RetryAfterSeconds">Value of a Retry-After header.</param>
public sealed record RegistryFault(
    int Status,
    string Body = "",
    string ContentType = "application/json",
    int? RetryAfterSeconds = null
);
