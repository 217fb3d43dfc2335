using System.Text.Json;
using GemmaInference.Fetch;
using GemmaInference.Fetch.Transport;
using GemmaInference.Model;
using StandIns.Hub;

namespace Inference.Tests.Fetch;

/// <summary>A fetch in this process from the hub's stand-in, with a tiny model that the server can read.</summary>
internal sealed class FetchRun : IAsyncDisposable
{
    public const string Name = "google/gemma-tiny";

    private readonly ScratchDirectory _scratch = new();
    private readonly CancellationTokenSource _bound = new(TimeSpan.FromSeconds(60));

    private FetchRun(HubStandIn hub) => Hub = hub;

    public HubStandIn Hub { get; }

    public string Target => _scratch["model"];

    public string Partial => Target + ".partial";

    public string TerminationLog => _scratch["termination-log"];

    /// <summary>Ends every wait.</summary>
    public CancellationToken Bound => _bound.Token;

    public HubRepository Repository => Hub.Repository(Name);

    public string Commit { get; private set; } = "";

    public FetchHost Host { get; private set; } = null!;

    /// <summary>What was written to standard output, a line each.</summary>
    public string[] Lines => Host.Out.ToString()!.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public JsonElement Outcome => JsonDocument.Parse(File.ReadAllText(TerminationLog)).RootElement;

    public string Reason => Outcome.GetProperty("error").GetProperty("reason").GetString()!;

    public string Message => Outcome.GetProperty("error").GetProperty("message").GetString()!;

    public bool Retry => Outcome.GetProperty("error").GetProperty("retry").GetBoolean();

    public static async Task<FetchRun> StartAsync(params HubFile[] more)
    {
        var run = new FetchRun(await HubStandIn.StartAsync(CancellationToken.None));
        run.Commit = run.Repository.Commit("main", [.. Tiny(), .. more]);
        File.WriteAllText(run.TerminationLog, "");
        run.Configure(TimeProvider.System, new Patience(TimeSpan.FromMinutes(5), TimeSpan.Zero, TimeSpan.Zero, 4));
        return run;
    }

    /// <summary>The files of the tiny model.</summary>
    public static IReadOnlyList<HubFile> Tiny()
    {
        using var model = new ScratchDirectory();
        TinyModel.Write(model.Path);
        return
        [
            .. Directory
                .EnumerateFiles(model.Path)
                .Order(StringComparer.Ordinal)
                .Select(path => HubFile.Of(Path.GetFileName(path), File.ReadAllBytes(path))),
        ];
    }

    public void Configure(TimeProvider time, Patience patience, Func<string, long>? space = null) =>
        Host = new FetchHost
        {
            Out = new StringWriter(),
            Error = new StringWriter(),
            TerminationLog = TerminationLog,
            Time = time,
            Patience = patience,
            FreeSpace = space ?? (_ => 1L << 40),
            Proxy = new System.Net.WebProxy(),
        };

    public string Write(string name, string content)
    {
        File.WriteAllText(_scratch[name], content);
        return _scratch[name];
    }

    /// <summary>Fetches the tiny model's main, with further words.</summary>
    public Task<int> FetchAsync(params string[] more) => FetchAsync($"hub:{Name}@main", Bound, more);

    public Task<int> FetchAsync(string source, CancellationToken stop, params string[] more) =>
        FetchCommand.RunAsync(
            [source, "--to", Target, "--endpoint", Hub.Endpoint.ToString(), "--progress", "json", .. more],
            Host,
            stop
        );

    public void DemandWhole()
    {
        foreach (var file in Tiny())
        {
            var bytes = File.ReadAllBytes(Path.Combine(Target, file.Path));
            Assert.That(
                Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)),
                Is.EqualTo(file.Sha256),
                file.Path
            );
        }

        Assert.That(Directory.Exists(Partial), Is.False);
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        _bound.Dispose();
        _scratch.Dispose();
    }
}
