using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Hosting.Staging;

/// <summary>
/// Serves the staging registry on the pod's loopback, and the kubelet's probe on the pod's address.
/// </summary>
internal static class StagingServer
{
    /// <param name="requests">What answers.</param>
    /// <param name="registry">Where the registry listens.</param>
    /// <param name="probe">Where the probe listens; null without one.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<WebApplication> StartAsync(
        StagingRequests requests,
        IPEndPoint registry,
        int? probe,
        CancellationToken cancellationToken
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A layer has gigabytes, and comes as slowly as the executor compresses it.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.MaxConcurrentConnections = 256;
            kestrel.Listen(registry);
            if (probe is { } port)
            {
                kestrel.ListenAnyIP(port);
            }
        });
        var app = builder.Build();
        app.Run(context =>
            probe is { } port && context.Connection.LocalPort == port
                ? context.Response.WriteAsync("ok\n", context.RequestAborted)
                : requests.AnswerAsync(context)
        );
        await app.StartAsync(cancellationToken);
        return app;
    }
}
