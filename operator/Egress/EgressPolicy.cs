namespace GemmaOperator.Egress;

/// <summary>
/// Decides where requests may go. Specs word them, so that only what whoever runs the operator has named may be in the
/// cluster or on this machine; some addresses nobody may name.
/// </summary>
internal sealed record EgressPolicy
{
    /// <summary>Trusts nobody, and knows the public registries.</summary>
    public static readonly EgressPolicy Default = new();

    /// <summary>Gets the hosts that the operator's configuration names.</summary>
    public IReadOnlyList<HostAndPort> Trusted { get; init; } = [];

    /// <summary>Gets the token services that it names.</summary>
    public IReadOnlyList<TokenRealm> TokenRealms { get; init; } = [];

    /// <summary>Gets the metadata server; null where none is asked.</summary>
    public Uri? MetadataServer { get; init; }

    /// <summary>Tells whether the operator's configuration names where a URL leads.</summary>
    public bool IsTrusted(Uri url) => Trusted.Any(t => t.Matches(url));

    /// <summary>Returns this with more hosts that are trusted.</summary>
    public EgressPolicy Trusting(IEnumerable<HostAndPort> hosts) => this with { Trusted = [.. Trusted, .. hosts] };

    /// <summary>Judges a URL before anything is looked up; null means that its addresses decide.</summary>
    public EgressRefusal? Judge(Uri url, EgressPurpose purpose) =>
        url.IsAbsoluteUri
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
        && url.UserInfo.Length == 0
        && url.IdnHost.Length > 0
        && (purpose != EgressPurpose.Metadata || (MetadataServer is { } server && Origin.IsSame(server, url)))
            ? null
            : EgressRefusal.Url;

    /// <summary>Judges one address that a URL's host stands for; null means that it may be connected to.</summary>
    public EgressRefusal? Judge(Uri url, EgressPurpose purpose, AddressKind address) =>
        (purpose, address) switch
        {
            // Whoever runs the operator says where that is, by GCE_METADATA_HOST.
            (EgressPurpose.Metadata, _) => null,
            (_, AddressKind.Reserved) => EgressRefusal.Reserved,
            (_, AddressKind.Public) => null,
            (EgressPurpose.PublicStore, _) => EgressRefusal.NotPublic,
            (_, AddressKind.Private) => null,
            _ when IsTrusted(url) => null,
            (_, AddressKind.Loopback) => EgressRefusal.Loopback,
            _ => EgressRefusal.Cluster,
        };

    /// <summary>
    /// Tells whether a registry's tokens may come from a realm: its own host, scheme and port, a known pair, or a
    /// configured one.
    /// </summary>
    public bool IsRealm(Uri registry, Uri realm) =>
        Origin.IsSame(registry, realm)
        || (
            realm.Scheme == Uri.UriSchemeHttps
            && (
                (
                    realm.IsDefaultPort
                    && registry.IsDefaultPort
                    && registry.Scheme == Uri.UriSchemeHttps
                    && KnownPairs.IsRealm(HostAndPort.HostOf(registry), HostAndPort.HostOf(realm))
                ) || TokenRealms.Any(t => t.Registry.Matches(registry) && t.Realm.Matches(realm))
            )
        );

    /// <summary>Tells whether a registry may send reads of manifests and tags on to a host.</summary>
    public static bool MayReadAt(Uri registry, Uri to) =>
        Origin.IsSame(registry, to)
        || (
            Origin.IsPlainHttps(registry)
            && Origin.IsPlainHttps(to)
            && KnownPairs.IsRead(HostAndPort.HostOf(registry), HostAndPort.HostOf(to))
        );
}
