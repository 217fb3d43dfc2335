using System.Net;
using GemmaOperator.Api.Builds;
using GemmaOperator.BaseImages.Facts;
using GemmaOperator.BaseImages.Preflight;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Identities;
using GemmaOperator.Registry.References;
using LocalCluster.Images;
using Microsoft.Extensions.Time.Testing;
using Operator.Tests.Registry;
using StandIns;

namespace Operator.Tests.BaseImages.Preflight;

/// <summary>A server image is read once for all who name it, and says what it is.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ServerImageReaderTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(A.Morning));

    [Test]
    public async Task A_fleet_reads_an_image_once_in_five_minutes()
    {
        await using var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
        using var http = new HttpClient();
        await Images(http, registry).ServerAsync("team/server", "1", CancellationToken.None);
        var reader = Reader(http, registry.Host);
        var before = Reads(registry);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => AskAsync(reader, registry, "1", $"ns-{i}")));
        Assert.That(Reads(registry) - before, Is.EqualTo(2), "a manifest and a config");
        _time.Advance(TimeSpan.FromMinutes(4));
        await AskAsync(reader, registry, "1");
        Assert.That(Reads(registry) - before, Is.EqualTo(2));
        _time.Advance(TimeSpan.FromMinutes(2));
        await AskAsync(reader, registry, "1");
        Assert.That(Reads(registry) - before, Is.EqualTo(4));
    }

    [Test]
    public async Task An_image_says_what_it_is()
    {
        await using var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
        using var http = new HttpClient();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["gemmaoperator.io/libtorch"] = "2.10",
            ["gemmaoperator.io/model"] = "required",
            ["gemmaoperator.io/fetch"] = "1",
        };
        var digest = await Images(http, registry).ServerAsync("team/server", "1", labels, CancellationToken.None);
        var found = (ServerImageAnswer.Found)await AskAsync(Reader(http, registry.Host), registry, "1");
        Assert.That(
            found.Facts,
            Is.EqualTo(
                new ServerImageFacts
                {
                    Reference = ImageReference.Parse($"{registry.Host}/team/server:1"),
                    Digest = ImageDigest.Parse(digest),
                    Libtorch = "2.10",
                    NeedsModel = true,
                    CanFetch = true,
                }
            )
        );
    }

    [TestCase("0")]
    [TestCase("2")]
    [TestCase("many")]
    public async Task A_number_of_layers_that_the_image_does_not_have_is_told(string label)
    {
        await using var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
        using var http = new HttpClient();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["gemmaoperator.io/own-layers"] = label };
        await Images(http, registry).ServerAsync("team/server", "1", labels, CancellationToken.None);
        var answer = await AskAsync(Reader(http, registry.Host), registry, "1");
        Assert.That(
            (answer as ServerImageAnswer.Unusable)?.Message,
            Does.Contain($"gemmaoperator.io/own-layers is \"{label}\"; it must be a number from 1 to 1")
        );
    }

    [Test]
    public async Task An_image_for_another_platform_is_told()
    {
        await using var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
        using var http = new HttpClient();
        await Images(http, registry).ServerAsync("team/server", "1", CancellationToken.None);
        var answer = await AskAsync(
            Reader(http, registry.Host),
            registry,
            "1",
            template: t => t with { Platform = GemmaOperator.Api.Words.Platform.LinuxArm64 }
        );
        Assert.That(
            (answer as ServerImageAnswer.Unusable)?.Message,
            Does.Contain("is for \"linux/amd64\", and linux/arm64 is asked for")
        );
    }

    [Test]
    public async Task A_registry_that_never_answers_is_away_after_a_while_and_asked_again()
    {
        var handler = new ScriptedHandler((_, _) => null);
        using var http = new HttpClient(handler);
        var reader = Reader(http, "registry.example");
        for (var i = 1; i <= 2; i++)
        {
            var asked = reader.ReadAsync(
                "ml",
                Template("registry.example"),
                ImageReference.Parse("registry.example/team/server:1"),
                CancellationToken.None
            );
            await handler.AskedAsync(i);
            _time.Advance(TimeSpan.FromSeconds(21));
            Assert.That(await asked, Is.InstanceOf<ServerImageAnswer.Unavailable>());
            _time.Advance(TimeSpan.FromSeconds(21));
        }
    }

    private static int Reads(ImageRegistry registry) =>
        registry.Requests.Count(r =>
            r.Method == "GET" && r.Path.StartsWith("/v2/team/server/", StringComparison.Ordinal)
        );

    private static StandInImages Images(HttpClient http, ImageRegistry registry) =>
        new(new ImageSeeder(http, registry.Host));

    private static Task<ServerImageAnswer> AskAsync(
        ServerImageReader reader,
        ImageRegistry registry,
        string tag,
        string ns = "ml",
        Func<BuildTemplate, BuildTemplate>? template = null
    )
    {
        var plain = Template(registry.Host);
        return reader.ReadAsync(
            ns,
            template is null ? plain : template(plain),
            ImageReference.Parse($"{registry.Host}/team/server:{tag}"),
            CancellationToken.None
        );
    }

    private static BuildTemplate Template(string host) =>
        new()
        {
            Output = new OutputSpec { Repository = $"{host}/team/base", Insecure = true },
        };

    /// <summary>Without Secrets nothing is read of the cluster.</summary>
    private ServerImageReader Reader(HttpClient http, string host) =>
        new(
            new RegistryClientFactory(
                http,
                RegistryAccess.Anonymous.WithInsecure(host),
                new SecretReader(null!, null!),
                CloudIdentities.Here(http, _time),
                _time
            ),
            _time
        );
}
