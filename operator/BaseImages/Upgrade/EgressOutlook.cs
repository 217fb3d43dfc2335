using System.Net;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.References;

namespace GemmaOperator.BaseImages.Upgrade;

/// <summary>
/// Foretells which registries of a spec an operator won't ask, by what their names tell: nothing is looked up.
/// </summary>
internal static class EgressOutlook
{
    /// <summary>Ends the names that Kubernetes gives to Services, and those that each machine has for itself.</summary>
    private static readonly string[] Inside = [".svc", ".cluster.local", ".localhost"];

    private const string ThisMachine = "localhost";

    /// <summary>Returns a note for the first field that names such a registry; null when none does.</summary>
    /// <param name="known">What is asked for.</param>
    /// <param name="policy">Where the operator's requests may go.</param>
    /// <param name="networks">The cluster's own networks.</param>
    public static UpgradeNote? Judge(BuildRequest.Known known, EgressPolicy policy, ClusterNetworks networks)
    {
        var plain = known.Template.Output is { Insecure: true, Repository: var output }
            ? ImageRepository.Parse(output).Host
            : null;
        foreach (var (field, repository) in Named(known))
        {
            var host = repository.Host;
            if (
                Uri.TryCreate($"{(host == plain ? "http" : "https")}://{host}/", UriKind.Absolute, out var url)
                && !policy.IsTrusted(url)
                && IsInside(url, networks)
            )
            {
                return new UpgradeNote(
                    UpgradeEffect.Refuses,
                    $"EgressRefused: {field}: {host} is in the cluster or on the operator's own machine, where it asks "
                        + $"only what it was told; start it with --trusted-host={HostAndPort.Of(url)} "
                        + "(the chart's value trustedHosts)"
                );
            }
        }

        return null;
    }

    private static IEnumerable<(string Field, ImageRepository Repository)> Named(BuildRequest.Known known) =>
        known
            .Template.WrittenRepositories.Select(w => (w.Field, w.Repository))
            .Append(
                (known.Spec.Base.Image.Length > 0 ? "spec.base.image" : "spec.base", known.Base.Reference.Repository)
            )
            .Concat(
                ImageReference.TryParse(known.Template.Application?.ServerImage, out var server, out _)
                    ? [("spec.rollout.server.image", server.Repository)]
                    : []
            );

    private static string BaseField(BuildRequest.Known known) =>
        known.Spec.Base.Image.Length > 0 ? "spec.base.image" : "spec.base";

    private static bool IsInside(Uri url, ClusterNetworks networks)
    {
        var host = HostAndPort.HostOf(url);
        return IPAddress.TryParse(host, out var address)
            ? AddressKinds.Of(address, networks) is AddressKind.Cluster or AddressKind.Loopback
            : host == ThisMachine || Inside.Any(end => host.EndsWith(end, StringComparison.Ordinal));
    }
}
