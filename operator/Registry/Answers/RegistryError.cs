namespace GemmaOperator.Registry.Answers;

/// <summary>Kinds of failure, by who must act.</summary>
internal enum RegistryError
{
    /// <summary>The repository, tag or blob doesn't exist, or the caller may not know that it does.</summary>
    NotFound,

    /// <summary>No credentials, or ones that the registry doesn't accept (401).</summary>
    Unauthorized,

    /// <summary>Credentials that are good but not for this (403, or DENIED).</summary>
    Denied,

    /// <summary>No answer, an overloaded or a broken registry: the same request may work later.</summary>
    Unavailable,

    /// <summary>An answer that isn't what the distribution specification asks for.</summary>
    Invalid,

    /// <summary>A place that isn't asked: the request wasn't sent, or its answer wasn't taken.</summary>
    EgressRefused,
}
