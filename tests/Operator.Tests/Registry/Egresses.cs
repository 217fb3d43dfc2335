using GemmaOperator.Egress;

namespace Operator.Tests.Registry;

/// <summary>Says where requests may go, as an operator's options would.</summary>
internal static class Egresses
{
    /// <summary>Returns a policy by which registries' tokens come from <c>auth.example</c>.</summary>
    public static EgressPolicy TokensFromAuth(params string[] registries) =>
        new()
        {
            TokenRealms =
            [
                .. (registries.Length > 0 ? registries : ["r.example"]).Select(registry =>
                    TokenRealm.TryParse($"{registry}=auth.example", out var realm)
                        ? realm
                        : throw new FormatException(registry)
                ),
            ],
        };

    /// <summary>Returns a policy that trusts hosts, as <c>--trusted-host</c> has them.</summary>
    public static EgressPolicy Trusting(params string[] hosts) => new() { Trusted = [.. hosts.Select(Host)] };

    public static HostAndPort Host(string text) =>
        HostAndPort.TryParse(text, null, out var host) ? host : throw new FormatException(text);
}
