using System.Net;
using GemmaOperator.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace KubectlGemma.Ui;

/// <summary>Serves the pages on this machine's loopback.</summary>
internal static class UiServer
{
    private const int MostConnections = 100;

    /// <param name="gate">Who may come in.</param>
    /// <param name="fleet">What is shown.</param>
    /// <param name="port">0: any that is free.</param>
    /// <param name="time">The time.</param>
    /// <param name="tell">Told what can't be read.</param>
    /// <param name="stopping">Ends what is being sent.</param>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Nobody may listen there.</exception>
    public static async Task<WebApplication> StartAsync(
        UiGate gate,
        IFleet fleet,
        int port,
        TimeProvider time,
        Action<string> tell,
        CancellationToken stopping
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, ForeignLifetime>();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        var app = builder.Build();
        var requests = new DashboardRequests(gate, fleet, time, tell, stopping);
        app.Run(requests.AnswerAsync);
        await app.StartAsync(stopping);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        gate.Port = new Uri(addresses.First()).Port;
        return app;
    }

    /// <summary>Signals are the command line's: the web server must not end the process.</summary>
    private sealed class ForeignLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
