using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using LocalCluster.Reads;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Operator.Tests.Clusters;

/// <summary>Answers an API server on this machine as the kubelet of simulated nodes: with logs, no more.</summary>
internal sealed class KubeletEndpoint : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private KubeletEndpoint(WebApplication app, X509Certificate2 certificate) =>
        (_app, _certificate) = (app, certificate);

    /// <summary>Gets or sets who has the logs of containers, by namespace, pod and container.</summary>
    public Func<string, string, string, string?> Logs { get; set; } = (_, _, _) => null;

    public IPEndPoint Address => new(IPAddress.Loopback, new Uri(_app.Urls.First()).Port);

    public static async Task<KubeletEndpoint> StartAsync()
    {
        var certificate = Certificate();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(k =>
            k.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))
        );
        builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        var endpoint = new KubeletEndpoint(app, certificate);
        app.MapGet(
            "/containerLogs/{ns}/{pod}/{container}",
            (HttpRequest request, string ns, string pod, string container) =>
                endpoint.Logs(ns, pod, container) is { } log
                    ? Results.Bytes(
                        LogReader.Part(log, Number(request, "tailLines"), Number(request, "limitBytes")),
                        "text/plain"
                    )
                    : Results.NotFound()
        );
        await app.StartAsync(CancellationToken.None);
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private static long? Number(HttpRequest request, string name) =>
        long.TryParse(request.Query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>API servers take any, unless they are told whose.</summary>
    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest("CN=kubelet", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            now.AddHours(-1),
            now.AddDays(1)
        );
    }
}
