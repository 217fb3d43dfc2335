namespace GemmaOperator.Egress;

/// <summary>Says what a request is for, which decides where it may go and what its answer is worth.</summary>
internal enum EgressPurpose
{
    /// <summary>
    /// Content that a registry or a hub sends on to another host for: an address that everybody reaches, whose answers
    /// are nobody's secret. What says no purpose has this one.
    /// </summary>
    PublicStore,

    /// <summary>
    /// The same at an address of a private network: nothing of its answer is passed on before it is proved to be what
    /// was asked for.
    /// </summary>
    PrivateStore,

    /// <summary>A registry, its token service or a hub, as a spec or the operator's configuration names it.</summary>
    Service,

    /// <summary>The metadata server of the cloud that the operator runs in, and that one alone.</summary>
    Metadata,
}
