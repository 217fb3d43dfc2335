using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GemmaOperator.Api.Builds;
using GemmaOperator.Egress;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StandIns.Processes;

namespace Operator.Tests.Registry;

/// <summary>Kind 10: why no connection came about is told in plain words, with what to do, and where.</summary>
public sealed class ConnectionFailureTests
{
    [Test]
    public async Task An_unknown_authority_is_named()
    {
        await using var server = await ServeAsync(Certificate(days: 30));
        Assert.That(
            await FailureAsync(Port(server)),
            Does.Contain("no TLS connection: its certificate is signed by an unknown authority, \"CN=registry.test\"")
                .And.Contain("spec.output.repository")
                .And.Contain(
                    "caBundle of the chart (for a build's pods spec.build.caBundleRef, for a command SSL_CERT_FILE)"
                )
        );
    }

    [Test]
    public async Task A_certificate_of_other_names_lists_them()
    {
        await using var server = await ServeAsync(Certificate(days: 30, name: "other.test"));
        Assert.That(
            await FailureAsync(Port(server)),
            Does.Contain("its certificate is for \"other.test\", and not for localhost")
                .And.Contain("write a name of its certificate in spec.output.repository")
        );
    }

    [Test]
    public async Task A_certificate_whose_time_is_over_says_since_when()
    {
        await using var server = await ServeAsync(Certificate(days: -1));
        Assert.That(
            await FailureAsync(Port(server)),
            Does.Match("its certificate was valid until \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC; .*valid now")
        );
    }

    [Test]
    public async Task Plain_HTTP_on_the_port_is_told_with_the_field_that_says_so()
    {
        await using var server = await ServeAsync(null);
        var port = Port(server);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                await FailureAsync(port),
                Does.Contain($"localhost:{port} answers, but not in TLS")
                    .And.Contain("if it speaks plain HTTP, set spec.output.insecure")
            );
            Assert.That(
                await FailureAsync(port, RegistryAccess.Anonymous),
                Does.EndWith($"if it speaks plain HTTP, say so with --insecure-registry=localhost:{port}")
            );
            Assert.That(
                await FailureAsync(port, Access(port) with { InsecureHosts = [$"localhost:{port}"] }),
                Does.Contain("HTTP 404"),
                "the remedy works"
            );
        }
    }

    [Test]
    public async Task TLS_on_a_port_that_is_said_to_speak_plain_HTTP_is_told()
    {
        await using var server = await ServeAsync(Certificate(days: 30));
        var port = Port(server);
        Assert.That(
            await FailureAsync(port, Access(port) with { InsecureHosts = [$"localhost:{port}"] }),
            Does.Contain("it is spoken to over plain HTTP (spec.output.insecure or --insecure-registry=localhost:")
                .And.Contain("if it speaks TLS, take that away")
        );
    }

    [Test]
    public async Task Nobody_at_the_port_is_told()
    {
        var port = FreePort.Find();
        Assert.That(
            await FailureAsync(port),
            Does.EndWith(
                $"nothing listens at localhost:{port} (connection refused); spec.output.repository "
                    + $"(localhost:{port}/team/base): check the host and the port in spec.output.repository"
            )
        );
    }

    [Test]
    public async Task A_name_without_an_address_is_told()
    {
        var failure = await Scripted.FailureAsync(Handler(), "nobody.invalid/team/base", RegistryAccess.Anonymous);
        Assert.That(
            failure.Message,
            Does.EndWith("DNS has no address for nobody.invalid; check the host where the host is written")
        );
    }

    private static EgressHandler Handler() =>
        RegistryConnections.Handler(new EgressRules(Egresses.Trusting("localhost")), TimeProvider.System);

    private static async Task<string> FailureAsync(int port, RegistryAccess? access = null) =>
        (await Scripted.FailureAsync(Handler(), $"localhost:{port}/team/base", access ?? Access(port))).Message;

    private static RegistryAccess Access(int port) =>
        RegistryAccess.Anonymous with
        {
            Fields = RepositoryFields.Of(
                new BuildTemplate { Output = new OutputSpec { Repository = $"localhost:{port}/team/base" } }
            ),
        };

    private static async Task<WebApplication> ServeAsync(X509Certificate2? certificate)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(k =>
            k.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                {
                    if (certificate is not null)
                    {
                        listen.UseHttps(certificate);
                    }
                }
            )
        );
        builder.WebHost.UseKestrelHttpsConfiguration();
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await app.StartAsync(CancellationToken.None);
        return app;
    }

    private static int Port(WebApplication app) =>
        new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()
        ).Port;

    private static X509Certificate2 Certificate(int days, string name = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=registry.test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-60), now.AddDays(days));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
