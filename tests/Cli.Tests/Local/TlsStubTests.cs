using System.Net;
using KubectlGemma.Local.Engines;
using KubectlGemma.Output;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Cli.Tests.Local;

/// <summary>What an engine shows is looked at before anything is asked of it.</summary>
public sealed class TlsStubTests
{
    private readonly EngineCertificates _certificates = new();

    [OneTimeTearDown]
    public void Remove() => _certificates.Dispose();

    [Test]
    public async Task A_certificate_of_the_authority_is_trusted()
    {
        var (wrong, asked) = await AskAsync(_certificates.Engine, Files(_certificates.Known));
        Assert.That((wrong?.Message, asked), Is.EqualTo(((string?)null, 1)));
    }

    [Test]
    public async Task One_that_has_run_out_is_told_with_its_time() =>
        await RefusedAsync(_certificates.ExpiredEngine, Files(_certificates.Known), "its certificate is valid from 2");

    [Test]
    public async Task One_for_another_host_is_told() =>
        await RefusedAsync(_certificates.Elsewhere, Files(_certificates.Known), "its certificate isn't for 127.0.0.1");

    [Test]
    public async Task One_of_another_authority_is_told_with_the_file() =>
        await RefusedAsync(
            _certificates.Engine,
            Files(_certificates.Distrustful),
            $"its certificate is of no authority of {_certificates.Distrustful}/ca.pem"
        );

    [Test]
    public async Task One_that_this_machine_does_not_know_is_told() =>
        await RefusedAsync(
            _certificates.Engine,
            Files(_certificates.Known) with
            {
                Authority = null,
            },
            "its certificate is of no authority of this machine"
        );

    [Test]
    public async Task A_context_that_skips_verifying_takes_any()
    {
        var (wrong, asked) = await AskAsync(
            _certificates.ExpiredEngine,
            Files(_certificates.Distrustful) with
            {
                SkipsVerify = true,
            }
        );
        Assert.That((wrong?.Message, asked), Is.EqualTo(((string?)null, 1)));
    }

    [Test]
    public async Task An_engine_without_TLS_is_not_asked_with_it() =>
        await RefusedAsync(
            engine: null,
            Files(_certificates.Known),
            "it speaks no TLS, or doesn't take the certificate"
        );

    [TestCase("ca.pem")]
    [TestCase("cert.pem")]
    [TestCase("key.pem")]
    public async Task Files_that_hold_something_else_are_told(string name)
    {
        using var folder = new Folder();
        var broken = folder.Write(name, "not PEM\n");
        var files = Files(_certificates.Known);
        var (wrong, asked) = await AskAsync(
            _certificates.Engine,
            name switch
            {
                "ca.pem" => files with { Authority = broken },
                "cert.pem" => files with { Certificate = broken },
                _ => files with { Key = broken },
            }
        );
        Assert.Multiple(() =>
        {
            Assert.That(wrong!.Code, Is.EqualTo(ExitCode.Usage));
            Assert.That(wrong.Message, Does.Contain(broken).And.Not.Contain('\n'));
            Assert.That(asked, Is.Zero);
        });
    }

    private static EngineTlsFiles Files(string folder) =>
        new(
            Path.Combine(folder, "ca.pem"),
            Path.Combine(folder, "cert.pem"),
            Path.Combine(folder, "key.pem"),
            SkipsVerify: false
        );

    private static async Task RefusedAsync(string? engine, EngineTlsFiles files, string told)
    {
        var (wrong, asked) = await AskAsync(engine, files);
        Assert.Multiple(() =>
        {
            Assert.That(wrong!.Code, Is.EqualTo(ExitCode.NoCluster));
            Assert.That(wrong.Message, Does.Contain(told).And.Not.Contain('\n'));
            Assert.That(asked, Is.Zero);
        });
    }

    /// <summary>Asks one that shows a folder's certificate, or speaks no TLS; tells how often it was asked.</summary>
    private static async Task<(CliException? Wrong, int Asked)> AskAsync(string? folder, EngineTlsFiles files)
    {
        using var certificate = folder is null ? null : EngineCertificates.Load(folder);
        var asked = 0;
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(o =>
            o.Listen(
                IPAddress.Loopback,
                0,
                l =>
                {
                    if (certificate is not null)
                    {
                        l.UseHttps(certificate);
                    }
                }
            )
        );
        await using var app = builder.Build();
        app.Run(async context =>
        {
            asked++;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Recordings.Text("version.json"));
        });
        await app.StartAsync();
        var port = new Uri(
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()
        ).Port;
        try
        {
            using var engine = await Engine.ConnectAsync(
                new EngineEndpoint(new Uri($"tcp://127.0.0.1:{port}"), files, "a test"),
                TimeProvider.System,
                CancellationToken.None
            );
            return (null, asked);
        }
        catch (CliException e)
        {
            return (e, asked);
        }
    }
}
