namespace GemmaInference.Fetch.Failures;

/// <summary>Says why a fetch ended without a model: the word that the operator and its users are told.</summary>
internal enum FetchReason
{
    /// <summary>The repository, revision, file or image isn't there.</summary>
    NotFound,

    /// <summary>There is no token, or it isn't valid here.</summary>
    Unauthorized,

    /// <summary>The licence wasn't accepted by the token's account.</summary>
    Gated,

    /// <summary>The source holds no weights that the server reads.</summary>
    NoSafetensors,

    /// <summary>The server doesn't run this architecture.</summary>
    UnsupportedModel,

    /// <summary>What came isn't what the source says it is.</summary>
    HashMismatch,

    /// <summary>The model doesn't fit the volume.</summary>
    DiskFull,

    /// <summary>The network or the other side fails; later it may work.</summary>
    Unavailable,

    /// <summary>The command line is wrong.</summary>
    InvalidArgument,

    /// <summary>An address, a redirect or a file name isn't allowed.</summary>
    Refused,

    /// <summary>Something else is already at the destination.</summary>
    Conflict,
}
