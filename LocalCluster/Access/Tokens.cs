using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace LocalCluster.Access;

/// <summary>Holds the bearer tokens that the server knows.</summary>
internal sealed class Tokens
{
    private readonly ConcurrentDictionary<string, User> _users = new(StringComparer.Ordinal);

    public string Issue(User user)
    {
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _users[token] = user;
        return token;
    }

    public void Revoke(string token) => _users.TryRemove(token, out _);

    /// <summary>Returns whom a header speaks for; null for unknown tokens and for none.</summary>
    public User? Find(string? header) =>
        header?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true
        && _users.TryGetValue(header["Bearer ".Length..].Trim(), out var user)
            ? user
            : null;
}
