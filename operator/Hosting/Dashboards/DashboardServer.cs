using System.Net;
using GemmaOperator.Dashboard;
using GemmaOperator.Dashboard.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GemmaOperator.Hosting.Dashboards;

/// <summary>Serves the dashboard at an address of its own, beside probes and metrics.</summary>
internal sealed partial class DashboardServer : IAsyncDisposable
{
    private const int MostConnections = 1000;

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;

    private DashboardServer(WebApplication app, CancellationTokenSource stopping) =>
        (_app, _stopping) = (app, stopping);

    /// <param name="options">Where it listens.</param>
    /// <param name="fleet">What is shown.</param>
    /// <param name="reviews">Says who somebody is, and what they may do.</param>
    /// <param name="loggers">For what can't be read.</param>
    /// <param name="time">The time.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">The address is taken, or a file of the certificate can't be read.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody may listen there.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">The certificate is none.</exception>
    public static async Task<DashboardServer> StartAsync(
        DashboardOptions options,
        IFleet fleet,
        IReviews reviews,
        ILoggerFactory loggers,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var logger = loggers.CreateLogger<DashboardServer>();
        var certificate = options.Certificate is { } folder ? new CertificateFolder(folder) : null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, ForeignLifetime>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Listen(
                options.Listen,
                listen =>
                {
                    if (certificate is not null)
                    {
                        listen.UseHttps(
                            new TlsHandshakeCallbackOptions
                            {
                                OnConnection = _ => ValueTask.FromResult(certificate.Options),
                            }
                        );
                    }
                }
            );
        });
        var app = builder.Build();
        var stopping = new CancellationTokenSource();
        var told = new ToldOnce(text => Log.NotReadable(logger, text));
        var gate = new TokenGate(new RememberedReviews(reviews, time), time, told.Tell);
        app.Run(new DashboardRequests(gate, fleet, time, told.Tell, stopping.Token).AnswerAsync);
        await app.StartAsync(cancellationToken);
        if (certificate is null && !IPAddress.IsLoopback(options.Listen.Address))
        {
            Log.PlainHttp(logger, options.Listen);
        }

        return new DashboardServer(app, stopping);
    }

    /// <summary>Gets where it listens.</summary>
    public Uri Address =>
        new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>Signals are the command line's: the web server must not end the process.</summary>
    private sealed class ForeignLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 750, Level = LogLevel.Warning, Message = "The dashboard can't show all: {Problem}")]
        public static partial void NotReadable(ILogger logger, string problem);

        [LoggerMessage(
            EventId = 751,
            Level = LogLevel.Information,
            Message = "The dashboard is at {Listen}, by plain HTTP: tokens can be read on the way to it."
        )]
        public static partial void PlainHttp(ILogger logger, IPEndPoint listen);
    }
}
