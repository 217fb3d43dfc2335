using System.Diagnostics.CodeAnalysis;

namespace GemmaOperator.Egress;

/// <summary>Says that the tokens of one registry come from another host, as <c>--token-realm</c> has it.</summary>
internal sealed record TokenRealm(HostAndPort Registry, HostAndPort Realm)
{
    private const int Https = 443;

    /// <summary>Reads <c>REGISTRY=HOST</c>; without ports both are those of HTTPS.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TokenRealm? parsed)
    {
        parsed =
            text?.Split('=') is [var registry, var realm]
            && HostAndPort.TryParse(registry, Https, out var from)
            && HostAndPort.TryParse(realm, Https, out var to)
                ? new TokenRealm(from, to)
                : null;
        return parsed is not null;
    }
}
