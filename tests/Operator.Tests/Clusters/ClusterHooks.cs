using System.Net.Http.Headers;
using Operator.Tests.Flow;
using Tests.Shared;

namespace Operator.Tests.Clusters;

/// <summary>Lets tests decide about what is written in their namespace, as company policies and meshes do.</summary>
internal static class ClusterHooks
{
    /// <summary>Starts a webhook; it is asked, by LocalCluster or a real API server, until it is disposed of.</summary>
    public static Task<AdmissionHook> HookAsync(
        this TestCluster cluster,
        HookOptions options,
        Func<HookQuestion, Verdict> decide
    )
    {
        var configuration = cluster.Configuration();
        var api = new HttpClient(Tls.HandlerFor(configuration) ?? new SocketsHttpHandler())
        {
            BaseAddress = new Uri(configuration.Host),
        };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration.AccessToken);
        return AdmissionHook.StartAsync(api, cluster.Namespace, options, decide);
    }
}
