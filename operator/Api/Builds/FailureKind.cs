namespace GemmaOperator.Api.Builds;

/// <summary>Says who can end the cause of a failure, so that the same build may succeed.</summary>
internal enum FailureKind
{
    /// <summary>Nobody has to: an outage, an eviction.</summary>
    Transient,

    /// <summary>Somebody has to, and not in the spec: credentials, a quota, an image that isn't pushed yet.</summary>
    External,
}
