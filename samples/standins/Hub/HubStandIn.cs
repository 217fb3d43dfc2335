using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace StandIns.Hub;

/// <summary>
/// Answers as a hub of models does, as far as weights are fetched: what a revision holds, its files with ranges, large
/// ones by a redirect to another port, which refuses whoever shows it a token. Both ports are loopback's.
/// </summary>
public sealed class HubStandIn : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, HubRepository> _repositories = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<HubRequest> _requests = new();
    private readonly ConcurrentBag<HubFault> _faults = [];
    private readonly WebApplication _hub;
    private readonly WebApplication _store;

    private HubStandIn()
    {
        _hub = Listen(isStore: false);
        _store = Listen(isStore: true);
    }

    /// <summary>Gets the hub's address.</summary>
    public Uri Endpoint { get; private set; } = null!;

    /// <summary>Gets the address of where large files are stored.</summary>
    public Uri Store { get; private set; } = null!;

    /// <summary>Gets the requests so far, in order.</summary>
    public IReadOnlyList<HubRequest> Requests => [.. _requests];

    /// <summary>Gets how many bodies are standing still by a fault.</summary>
    public int Stalled => Volatile.Read(ref _stalled);

    private int _stalled;

    /// <summary>Starts it on free ports.</summary>
    public static async Task<HubStandIn> StartAsync(CancellationToken cancellationToken)
    {
        var hub = new HubStandIn();
        await hub._hub.StartAsync(cancellationToken);
        await hub._store.StartAsync(cancellationToken);
        hub.Endpoint = AddressOf(hub._hub);
        hub.Store = AddressOf(hub._store);
        return hub;
    }

    /// <summary>Makes a repository, or returns the one of that name.</summary>
    public HubRepository Repository(string name) => _repositories.GetOrAdd(name, key => new HubRepository(key));

    /// <summary>Lets something go wrong from now on.</summary>
    public void Fail(HubFault fault) => _faults.Add(fault);

    /// <summary>Lets nothing go wrong any more.</summary>
    public void Heal() => _faults.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await _store.DisposeAsync();
    }

    internal HubRepository? Find(string name) => _repositories.GetValueOrDefault(name);

    internal HubFile? FindStored(string sha256) =>
        _repositories
            .Values.Select(repository => repository.FindStored(sha256))
            .FirstOrDefault(file => file is not null);

    internal T? Fault<T>(string path)
        where T : HubFault => _faults.OfType<T>().FirstOrDefault(fault => fault.Takes(path));

    internal void Note(HubRequest request) => _requests.Enqueue(request);

    internal async Task StandStillAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _stalled);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _stalled);
        }
    }

    private static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private WebApplication Listen(bool isStore)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        // Transfers that stand still on purpose aren't waited for.
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host =>
            host.ShutdownTimeout = TimeSpan.Zero
        );
        var app = builder.Build();
        var answers = new HubAnswers(this);
        app.Run(context => answers.AnswerAsync(context, isStore));
        return app;
    }
}
