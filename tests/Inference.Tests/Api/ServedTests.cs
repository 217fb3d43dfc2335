using System.Net;
using Inference.Tests.Engine;

namespace Inference.Tests.Api;

/// <summary>Tests that share one running server; whatever they sent, it goes on serving others.</summary>
internal abstract class ServedTests
{
    private protected TinyServer Server { get; private set; } = null!;

    private protected virtual int Context => 512;

    [OneTimeSetUp]
    public async Task StartAsync() => Server = await TinyServer.StartAsync(context: Context);

    [OneTimeTearDown]
    public async Task StopAsync() => await Server.DisposeAsync();

    [TearDown]
    public async Task It_still_serves_others()
    {
        using var answer = await Server.PostAsync(
            "/v1/completions",
            """{"model":"tiny","prompt":"stone","max_tokens":2}"""
        );
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
    }
}
