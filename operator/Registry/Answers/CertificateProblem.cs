namespace GemmaOperator.Registry.Answers;

/// <summary>Says why a registry's certificate isn't taken.</summary>
internal enum CertificateProblem
{
    /// <summary>The authority that signed it, or the one above that, isn't known here.</summary>
    UnknownAuthority,

    /// <summary>It is for other names.</summary>
    WrongName,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time hasn't come.</summary>
    NotYetValid,

    /// <summary>It has been taken back, or something else is the matter.</summary>
    Other,
}
