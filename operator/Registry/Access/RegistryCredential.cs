using GemmaOperator.Text;

namespace GemmaOperator.Registry.Access;

/// <summary>
/// Holds a user name with a password, or an identity token (OAuth refresh token). It is never logged.
/// </summary>
internal sealed record RegistryCredential(string Username, string Password, string? IdentityToken = null)
{
    /// <summary>Gets a token that the registry takes as it is; null without one.</summary>
    public string? RegistryToken { get; init; }

    /// <summary>Names only the user: secrets have no text form.</summary>
    public override string ToString() => $"credential of {Quoted.Of(Username)}";
}
