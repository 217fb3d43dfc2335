using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GemmaOperator.Runtime.Client;
using GemmaOperator.Runtime.Contracts;
using k8s;
using k8s.Models;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Operator.Tests.Clusters;

namespace Operator.Tests.Runtime.Client;

/// <summary>A cluster's CA and a service account's token change under a process that runs for months.</summary>
internal sealed class RotationTests
{
    [Test]
    public async Task A_new_CA_on_disk_is_taken_up_without_a_restart()
    {
        await using var server = await Server.StartAsync();
        using var connection = new KubeConnection(server.Configuration, TimeProvider.System);
        var api = Api(connection);
        await ReadAsync(api);

        server.Rotate();
        var refused = (await Assert.ThrowsAsync<KubeApiException>(() => ReadAsync(api)))!;
        Assert.That(refused.Message, Does.Contain("can't be reached").And.Contain("certificate"));
        Assert.That(refused.IsTransient, "it is tried again");

        server.WriteCa();
        await Eventually.ThatAsync(
            async () =>
            {
                try
                {
                    await ReadAsync(api);
                    return true;
                }
                catch (KubeApiException)
                {
                    return false;
                }
            },
            "the new CA is trusted"
        );
    }

    [Test]
    public async Task A_refused_token_is_read_anew_once()
    {
        await using var server = await Server.StartAsync();
        using var connection = new KubeConnection(server.Configuration, TimeProvider.System);
        var api = Api(connection);
        await ReadAsync(api);

        server.Token = "second";
        await ReadAsync(api);
        Assert.That(server.Tokens, Is.EqualTo(new[] { "first", "first", "second" }));

        server.Refuses = true;
        var before = server.Tokens.Count;
        var refused = (await Assert.ThrowsAsync<KubeApiException>(() => ReadAsync(api)))!;
        Assert.That(refused.Code, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(server.Tokens.Count - before, Is.LessThanOrEqualTo(2), "one retry, no loop");
    }

    private static KubeApi Api(KubeConnection connection)
    {
        var options = new KubeTransportOptions { FieldManager = "test" };
        var transport = new KubeTransport(
            connection,
            options,
            observer: null,
            TimeProvider.System,
            NullLogger<KubeTransport>.Instance
        );
        return new KubeApi(transport, options, fence: null, log: null, TimeProvider.System);
    }

    private static Task ReadAsync(KubeApi api) => api.GetAsync<V1ConfigMap>("n", "a", CancellationToken.None);

    /// <summary>Answers one ConfigMap over TLS, a connection per request.</summary>
    private sealed class Server : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gemma-ca-");
        private readonly List<string> _tokens = [];
        private X509Certificate2 _authority = Authority();
        private X509Certificate2 _certificate;

        private Server()
        {
            _certificate = Leaf(_authority);
            WriteCa();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseKestrelHttpsConfiguration();
            builder.WebHost.ConfigureKestrel(kestrel =>
                kestrel.Listen(
                    IPAddress.Loopback,
                    0,
                    listen =>
                    {
                        // HTTP/2 would keep its connection, and with it the handshake of before.
                        listen.Protocols = HttpProtocols.Http1;
                        listen.UseHttps(
                            new HttpsConnectionAdapterOptions { ServerCertificateSelector = (_, _) => _certificate }
                        );
                    }
                )
            );
            _app = builder.Build();
            _app.Run(AnswerAsync);
        }

        public string Token { get; set; } = "first";

        public bool Refuses { get; set; }

        public IReadOnlyList<string> Tokens
        {
            get
            {
                lock (_tokens)
                {
                    return [.. _tokens];
                }
            }
        }

        private string CaFile => Path.Combine(_folder.FullName, "ca.crt");

        public static async Task<Server> StartAsync()
        {
            var server = new Server();
            await server._app.StartAsync();
            return server;
        }

        /// <summary>As in a pod: the CA and the token are read from where they are mounted.</summary>
        public KubernetesClientConfiguration Configuration() =>
            new()
            {
                Host = _app
                    .Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
                    .Features.Get<IServerAddressesFeature>()!
                    .Addresses.Single(),
                SslCaCerts = [X509CertificateLoader.LoadCertificateFromFile(CaFile)],
                AccessToken = Token,
            };

        /// <summary>The server's certificate is of a new CA, which isn't on disk yet.</summary>
        public void Rotate()
        {
            _authority = Authority();
            _certificate = Leaf(_authority);
        }

        public void WriteCa() => File.WriteAllText(CaFile, _authority.ExportCertificatePem());

        public async ValueTask DisposeAsync()
        {
            await _app.DisposeAsync();
            _folder.Delete(recursive: true);
        }

        private async Task AnswerAsync(HttpContext context)
        {
            context.Response.Headers.Connection = "close";
            context.Response.ContentType = "application/json";
            var token = context
                .Request.Headers.Authorization.ToString()
                .Replace("Bearer ", "", StringComparison.Ordinal);
            lock (_tokens)
            {
                _tokens.Add(token);
            }

            if (Refuses || token != Token)
            {
                context.Response.StatusCode = 401;
                await context.Response.WriteAsync(
                    """{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Unauthorized","code":401}"""
                );
                return;
            }

            await context.Response.WriteAsync(
                """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"n","resourceVersion":"1"}}"""
            );
        }

        private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

        private static X509Certificate2 Authority()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN=ca-{Guid.NewGuid():N}", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
            request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
            return request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(1));
        }

        private static X509Certificate2 Leaf(X509Certificate2 authority)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=server", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
            using var bare = request.Create(
                authority,
                Now.AddHours(-1),
                Now.AddHours(1),
                RandomNumberGenerator.GetBytes(8)
            );
            using var whole = bare.CopyWithPrivateKey(key);
            return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
        }
    }
}
