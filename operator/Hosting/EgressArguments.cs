using System.CommandLine;
using System.CommandLine.Parsing;
using GemmaOperator.Egress;

namespace GemmaOperator.Hosting;

/// <summary>Holds the options that say where requests may go.</summary>
internal sealed class EgressArguments
{
    public Option<HostAndPort[]?> Trusted { get; } =
        new("--trusted-host")
        {
            Description =
                "HOST[:PORT] that may be asked though it is in the cluster or on this machine; without a port at each. "
                + "Repeatable.",
            CustomParser = given =>
                All<HostAndPort>(
                    given,
                    static (text, out host) => HostAndPort.TryParse(text, null, out host),
                    "isn't a host, such as registry.tools.svc:5000"
                ),
        };

    public Option<TokenRealm[]?> Realms { get; } =
        new("--token-realm")
        {
            Description = "REGISTRY=HOST: tokens of a registry come from another host. Repeatable.",
            CustomParser = given =>
                All<TokenRealm>(
                    given,
                    TokenRealm.TryParse,
                    "isn't REGISTRY=HOST, such as registry.example.com=gitlab.example.com"
                ),
        };

    public Option<ClusterNetworks?> Networks { get; } =
        new("--cluster-network")
        {
            Description = "Network of the cluster's Services or pods, as 10.96.0.0/12. Repeatable.",
            CustomParser = Ranges,
        };

    private delegate bool TryParse<T>(string text, out T? parsed)
        where T : class;

    private static T[]? All<T>(ArgumentResult given, TryParse<T> tryParse, string problem)
        where T : class
    {
        var all = new List<T>();
        foreach (var token in given.Tokens)
        {
            if (!tryParse(token.Value, out var parsed))
            {
                return Refuse<T[]>(given, $"'{token.Value}' {problem}");
            }

            all.Add(parsed!);
        }

        return [.. all];
    }

    private static ClusterNetworks? Ranges(ArgumentResult given) =>
        given.Tokens.Select(t => t.Value).FirstOrDefault(t => !ClusterNetworks.TryParse(t, out _)) is { } bad
            ? Refuse<ClusterNetworks>(given, $"'{bad}' isn't a network, such as 10.96.0.0/12 or fd00:10:96::/112")
            : ClusterNetworks.Of(given.Tokens.Select(t => t.Value));

    private static T? Refuse<T>(ArgumentResult given, string error)
        where T : class
    {
        given.AddError($"{((OptionResult)given.Parent!).Option.Name}: {error}");
        return null;
    }
}
