namespace GemmaOperator.Egress;

/// <summary>Sorts addresses by who is reached there.</summary>
internal enum AddressKind
{
    /// <summary>Everybody on the Internet reaches it.</summary>
    Public,

    /// <summary>A private or shared network: where registries of companies are, and much else.</summary>
    Private,

    /// <summary>The Services and pods of the operator's own cluster.</summary>
    Cluster,

    /// <summary>The operator's own machine.</summary>
    Loopback,

    /// <summary>No server of a user's is there: links, metadata services, multicast, unspecified, reserved.</summary>
    Reserved,
}
