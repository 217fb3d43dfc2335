namespace LocalCluster.Access;

/// <summary>Identifies who asks.</summary>
internal sealed record User(string Name, IReadOnlyList<string> Groups)
{
    public static readonly User Admin = new("kubernetes-admin", ["system:masters", "system:authenticated"]);

    public bool IsAdmin => Groups.Contains("system:masters", StringComparer.Ordinal);

    public static User ServiceAccount(string ns, string name) =>
        new(
            $"system:serviceaccount:{ns}:{name}",
            ["system:serviceaccounts", $"system:serviceaccounts:{ns}", "system:authenticated"]
        );
}
