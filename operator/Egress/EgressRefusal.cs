namespace GemmaOperator.Egress;

/// <summary>Says why something isn't asked.</summary>
internal enum EgressRefusal
{
    /// <summary>It is the operator's own machine, and nobody named it.</summary>
    Loopback,

    /// <summary>It is within the cluster's own networks, and nobody named it.</summary>
    Cluster,

    /// <summary>No server of a user's is there, whoever names it.</summary>
    Reserved,

    /// <summary>It isn't an address that everybody reaches, and only such a one will do.</summary>
    NotPublic,

    /// <summary>It is no URL of a server alone: another scheme, or a user in it.</summary>
    Url,
}
