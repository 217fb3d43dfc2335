namespace LocalCluster.Access;

/// <summary>Holds what is asked, in RBAC's words.</summary>
internal sealed record AccessRequest(
    string Verb,
    string Group,
    string Resource,
    string Subresource,
    string Namespace,
    string Name
);
