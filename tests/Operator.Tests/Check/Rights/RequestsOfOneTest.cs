namespace Operator.Tests.Check.Rights;

/// <summary>
/// Judges the requests of the operators of one test: what they needed and nothing grants, and what they show to be
/// needed. Roles count in places: the namespaces that are watched, and the one that has the Lease.
/// </summary>
internal sealed class RequestsOfOneTest
{
    private const string KeptKind = "gemmabaseimages";
    private const string Lease = "leases";

    private readonly IReadOnlyList<RequestedRight> _requests;
    private readonly IReadOnlyList<Grant> _grants;
    private readonly HashSet<string> _watched;
    private readonly HashSet<string> _leading;
    private readonly bool _impersonates;

    public RequestsOfOneTest(IEnumerable<RequestedRight> requests, IReadOnlyList<Grant> grants)
    {
        (_requests, _grants) = ([.. requests], grants);
        _watched = [.. _requests.Where(r => r is { Resource: KeptKind, Verb: "list" }).Select(r => r.Namespace)];
        _leading = [.. _requests.Where(r => r.Resource == Lease).Select(r => r.Namespace)];
        _impersonates = _requests.Any(r => r.IsImpersonated);
    }

    /// <summary>Gets the requests that an API server would have refused to the chart's accounts.</summary>
    public IReadOnlyList<RequestedRight> Ungranted => [.. _requests.Where(r => !Allowing(r).Any())];

    /// <summary>
    /// Gets the rights without which a request of them would have been refused: no other key grants it there.
    /// </summary>
    public IReadOnlySet<Grant> Shown =>
        _requests.Select(r => Allowing(r).ToList()).Where(g => g.Count == 1).Select(g => g[0]).ToHashSet();

    /// <summary>
    /// Gets whether one was made in another account's name: the right to that has no request of its own.
    /// </summary>
    public bool Impersonates => _impersonates;

    private IEnumerable<Grant> Allowing(RequestedRight request) =>
        _grants.Where(g => Counts(g.Key, request) && g.Allows(request));

    private bool Counts(string key, RequestedRight request) =>
        key switch
        {
            GrantedRights.Tenant => (request.IsImpersonated || !_impersonates) && IsWatched(request.Namespace),
            GrantedRights.Contents or GrantedRights.Owners => IsWatched(request.Namespace),
            _ when request.IsImpersonated => false,
            GrantedRights.Objects => IsWatched(request.Namespace),
            GrantedRights.Leader => IsOwn(request.Namespace),
            _ => true,
        };

    /// <summary>An operator that is alone asks for no Lease: its own is where it watches nothing.</summary>
    private bool IsOwn(string ns) => _leading.Count == 0 ? !IsWatched(ns) : _leading.Contains(ns);

    private bool IsWatched(string ns) => ns.Length == 0 || _watched.Count == 0 || _watched.Overlaps(["", ns]);
}
