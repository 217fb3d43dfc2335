using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Access;
using LocalCluster.Builtin;
using LocalCluster.Discovery;
using LocalCluster.Garbage;
using LocalCluster.Hooks;
using LocalCluster.Http;
using LocalCluster.Requests;
using LocalCluster.Storage;
using LocalCluster.Writes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalCluster;

/// <summary>
/// Runs a Kubernetes API server in this process, on loopback, with the owner garbage collector. It has no nodes: see
/// <see cref="ControlPlane"/>. It grows only what somebody needs, each behaviour as in the recorded API server. The
/// folders and their order are in README.md.
/// </summary>
public sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ObjectStore _store;
    private readonly Tokens _tokens;
    private readonly GarbageCollector _garbage;
    private readonly RequestHandler _handler;
    private readonly AdmissionHooks _hooks;

    private readonly X509Certificate2 _certificate;

    private ApiServer(
        WebApplication app,
        ObjectStore store,
        Tokens tokens,
        GarbageCollector garbage,
        RequestHandler handler,
        AdmissionHooks hooks,
        X509Certificate2 certificate
    )
    {
        (_app, _store, _tokens, _garbage, _handler) = (app, store, tokens, garbage, handler);
        (_hooks, _certificate) = (hooks, certificate);
        var addresses = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Select(a => new Uri(a))
            .ToList();
        Endpoint = addresses.Find(a => a.Scheme == Uri.UriSchemeHttp)!;
        SecureEndpoint = addresses.Find(a => a.Scheme == Uri.UriSchemeHttps)!;
        Token = tokens.Issue(User.Admin);
    }

    /// <summary>Gets the address of the API, for example <c>http://127.0.0.1:34567</c>.</summary>
    public Uri Endpoint { get; }

    /// <summary>Gets the same over TLS, as kubeconfigs name it: kubectl sends no token without.</summary>
    public Uri SecureEndpoint { get; }

    /// <summary>Gets a bearer token of a cluster administrator.</summary>
    public string Token { get; }

    /// <inheritdoc cref="SubresourceHandler.Logs"/>
    public Func<string, string, string, string?>? Logs
    {
        get => _handler.Logs;
        set => _handler.Logs = value;
    }

    /// <summary>Gets a kubeconfig of a cluster administrator, as kubectl reads it.</summary>
    public string Kubeconfig => KubeconfigWith(Token, "default");

    /// <summary>Starts a cluster with the namespaces default and kube-system.</summary>
    public static async Task<ApiServer> StartAsync(ApiServerOptions options, CancellationToken cancellationToken)
    {
        var store = new ObjectStore(options.HistoryLimit);
        var catalog = new ResourceCatalog();
        var tokens = new Tokens();
        var definitions = new Definitions(store, catalog, options.Time);
        var hooks = new AdmissionHooks(store, catalog, options.Time);
        var commit = new WriteCommitter(store, definitions, options.Time);
        var asked = new AskedWriter(store, commit, hooks);
        var writer = new ObjectWriter(store, commit, asked, hooks, options.Time);
        var remover = new ObjectRemover(store, definitions, asked, hooks, options.Time);
        var handler = new RequestHandler(
            store,
            catalog,
            writer,
            remover,
            tokens,
            new AccessCheck(new RoleBasedAccess(store), tokens),
            options.Time,
            options.BookmarkInterval
        );
        var certificate = ServerCertificate.Make(TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(k =>
        {
            k.Limits.MaxRequestBodySize = 8 << 20;
            k.Limits.MinResponseDataRate = null;
            k.AddServerHeader = false;
            k.Listen(IPAddress.Loopback, options.Port);
            k.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        app.Run(handler.HandleAsync);
        await app.StartAsync(cancellationToken);
        var garbage = new GarbageCollector(store, catalog, remover);
        garbage.Start();
        var cluster = new ApiServer(app, store, tokens, garbage, handler, hooks, certificate);
        await SeedAsync(writer, catalog);
        return cluster;
    }

    /// <summary>
    /// Returns a kubeconfig that speaks as a service account; what it may do is for roles and bindings to say.
    /// </summary>
    public string KubeconfigFor(string ns, string serviceAccount) => KubeconfigWith(TokenFor(ns, serviceAccount), ns);

    /// <summary>Returns a bearer token of a service account.</summary>
    public string TokenFor(string ns, string serviceAccount) => _tokens.Issue(User.ServiceAccount(ns, serviceAccount));

    /// <summary>Makes a token unknown, as after its expiry.</summary>
    public void Revoke(string token) => _tokens.Revoke(token);

    /// <summary>
    /// Forgets the history of changes, as etcd's compaction does: watches from older versions get 410.
    /// </summary>
    public void Compact() => _store.Compact();

    /// <summary>Stops collecting what deleted objects owned, as while a real collector is behind.</summary>
    public void HoldGarbage() => _garbage.FallBehind();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _garbage.DisposeAsync();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _hooks.Dispose();
        _certificate.Dispose();
    }

    /// <summary>Makes what every API server has from its start.</summary>
    private static async Task SeedAsync(ObjectWriter writer, ResourceCatalog catalog)
    {
        foreach (var name in new[] { "default", "kube-system" })
        {
            await MakeAsync(catalog.Find("", "v1", "namespaces")!, Named(name));
        }

        foreach (var (name, value, description) in PriorityClassKind.OfSystem)
        {
            var json = Named(name);
            (json["value"], json["description"]) = (value, description);
            await MakeAsync(catalog.Find("scheduling.k8s.io", "v1", "priorityclasses")!, json);
        }

        static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

        Task MakeAsync(ResourceInfo resource, JsonObject json) =>
            writer.CreateAsync(
                new ApiRequest
                {
                    Resource = resource,
                    Method = "POST",
                    Namespace = "",
                    Name = "",
                    Subresource = "",
                    Query = QueryCollection.Empty,
                    User = User.Admin,
                    DefaultManager = "localcluster",
                },
                json,
                CancellationToken.None
            );
    }

    private string KubeconfigWith(string token, string ns) =>
        $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: localcluster
              cluster:
                server: {SecureEndpoint.ToString().TrimEnd('/')}
                certificate-authority-data: {Convert.ToBase64String(
                Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem())
            )}
            users:
            - name: user
              user:
                token: {token}
            contexts:
            - name: localcluster
              context:
                cluster: localcluster
                user: user
                namespace: {ns}
            current-context: localcluster
            """;
}
