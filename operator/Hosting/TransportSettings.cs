using GemmaOperator.Runtime.Client;

namespace GemmaOperator.Hosting;

/// <summary>Derives the transport's settings from the command line.</summary>
internal static class TransportSettings
{
    /// <summary>Returns how the API server is spoken to.</summary>
    /// <param name="options">The command line's.</param>
    /// <param name="manager">Who owns the fields that are applied.</param>
    public static KubeTransportOptions For(OperatorOptions options, string manager)
    {
        var own = new KubeTransportOptions
        {
            FieldManager = manager,
            // Whether an autoscaler owns the number of replicas is the one thing that managedFields are asked.
            KeptManagers = ["scale"],
            ActsAs = options.ImpersonatedAccount is { } account
                ? request => TenantAccount.For(request, account, options.LeaseNamespace)
                : null,
        };
        return options.ApiRequestsPerSecond is { } perSecond
            ? own with
            {
                RequestsPerSecond = perSecond,
                Burst = (int)Math.Ceiling(perSecond),
            }
            : own;
    }
}
