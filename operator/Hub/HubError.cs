namespace GemmaOperator.Hub;

/// <summary>Kinds of failure, by what is wrong and who must act.</summary>
internal enum HubError
{
    /// <summary>There is no such repository, or the caller may not know that it is there.</summary>
    RepositoryNotFound,

    /// <summary>The repository has no such branch, tag or commit.</summary>
    RevisionNotFound,

    /// <summary>The revision has no such file.</summary>
    FileNotFound,

    /// <summary>No token, or one that the hub doesn't take, or that lacks the right.</summary>
    Unauthorized,

    /// <summary>Somebody must accept the licence first.</summary>
    Gated,

    /// <summary>No answer, an overloaded or a broken hub: the same question may be answered later.</summary>
    Unavailable,

    /// <summary>An answer that isn't a hub's.</summary>
    Malformed,

    /// <summary>An address, or a redirect to one, that isn't asked.</summary>
    Refused,
}
