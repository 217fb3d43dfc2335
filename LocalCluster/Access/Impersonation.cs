using LocalCluster.Errors;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.Access;

/// <summary>
/// Reads whom a request is to be made as, and what the sender must be allowed for it: the verb <c>impersonate</c> on
/// the user or service account, on each group, the uid and each extra value. Constrained impersonation (KEP-5284),
/// which a 1.36 asks about first, isn't known here.
/// </summary>
/// <param name="As">Null where nobody is named.</param>
/// <param name="Needed">What the sender needs.</param>
internal sealed record Impersonation(User? As, IReadOnlyList<AccessRequest> Needed)
{
    private const string Extra = "Impersonate-Extra-";
    private const string Authentication = "authentication.k8s.io";
    private const string Anonymous = "system:anonymous";
    private const string Authenticated = "system:authenticated";

    /// <exception cref="ApiException">Something is to be impersonated, and no user is named.</exception>
    public static Impersonation Read(IHeaderDictionary headers)
    {
        string name = headers["Impersonate-User"].ToString();
        List<string> groups = [.. headers["Impersonate-Group"].OfType<string>()];
        string uid = headers["Impersonate-Uid"].ToString();
        var extras = headers
            .Where(h => h.Key.StartsWith(Extra, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(
                h => Uri.UnescapeDataString(h.Key[Extra.Length..].ToLowerInvariant()),
                h => h.Value.OfType<string>().ToList(),
                StringComparer.Ordinal
            );
        if (name.Length == 0)
        {
            return groups.Count == 0 && uid.Length == 0 && extras.Count == 0
                ? new Impersonation(As: null, [])
                : throw ApiException.BadRequest(
                    $"requested &user.DefaultInfo{{Name:\"\", UID:\"{uid}\", Groups:[]string{Go(groups)}, "
                        + $"Extra:map[string][]string{GoMap(extras)}}} without impersonating a user name"
                );
        }

        var account = AccountOf(name);
        return new Impersonation(
            new User(name, GroupsOf(name, account, groups)),
            [
                account is { } own ? Ask("", "serviceaccounts", own.Name, own.Namespace) : Ask("", "users", name),
                .. groups.Select(group => Ask("", "groups", group)),
                .. uid.Length > 0 ? [Ask(Authentication, "uids", uid)] : Array.Empty<AccessRequest>(),
                .. extras.SelectMany(e =>
                    e.Value.Select(v => Ask(Authentication, "userextras", v) with { Subresource = e.Key })
                ),
            ]
        );
    }

    private static AccessRequest Ask(string group, string resource, string name, string ns = "") =>
        new("impersonate", group, resource, "", ns, name);

    private static (string Namespace, string Name)? AccountOf(string user) =>
        user.Split(':') is ["system", "serviceaccount", { Length: > 0 } ns, { Length: > 0 } name] ? (ns, name) : null;

    private static IReadOnlyList<string> GroupsOf(
        string user,
        (string Namespace, string Name)? account,
        List<string> asked
    )
    {
        if (account is { } own && asked.Count == 0)
        {
            return User.ServiceAccount(own.Namespace, own.Name).Groups;
        }

        return user == Anonymous || asked.Contains(Authenticated, StringComparer.Ordinal)
            ? asked
            : [.. asked, Authenticated];
    }

    private static string Go(IReadOnlyList<string> values) =>
        values.Count == 0 ? "(nil)" : $"{{{string.Join(", ", values.Select(v => $"\"{v}\""))}}}";

    private static string GoMap(IReadOnlyDictionary<string, List<string>> map) =>
        map.Count == 0 ? "(nil)" : $"{{{string.Join(", ", map.Select(e => $"\"{e.Key}\":[]string{Go(e.Value)}"))}}}";
}
