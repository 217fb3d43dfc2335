using System.Net;
using System.Text.Json;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry;

/// <summary>Hostile 12, 7: what registries and users say is one clean line, no longer than anybody reads.</summary>
public sealed class RegistryTextTests
{
    private const string Evil = "a\u001b[31mb\r\n  Ready   True\u0000\u2028c\u202Ed\ufeff";

    [Test]
    public async Task What_a_registry_says_is_one_line_without_anything_that_hides()
    {
        var body = JsonSerializer.Serialize(
            new { errors = new[] { new { code = Evil, message = Evil + new string('x', 5000) } } }
        );
        var failure = await Scripted.FailureAsync(
            new ScriptedHandler((_, _) => RegistryAnswer.Of(body, "application/json", HttpStatusCode.BadRequest)),
            "r.example/team/base"
        );
        AssertClean(failure.Message);
        Assert.That(failure.Message, Does.Contain("a [31mb Ready True c d").And.Contain("…"));
        Assert.That(failure.Message, Has.Length.LessThan(600));
    }

    [Test]
    public void An_upload_is_named_alike_in_each_attempt()
    {
        var repository = ImageRepository.Parse("r.example/team/base");
        var call = new RegistryCall(
            HttpMethod.Put,
            repository,
            new ImageLocation(repository.Host, repository.Path),
            new Uri("https://r.example/v2/team/base/blobs/uploads/61754340d533401d?_state=x")
        );
        Assert.That(call.ToString(), Is.EqualTo("PUT r.example:443/v2/team/base/blobs/uploads/"));
    }

    [Test]
    public async Task Platforms_and_types_are_cleaned_too()
    {
        var images = string.Join(
            ',',
            Enumerable.Repeat(
                $$"""
                {"digest":"{{ImageDigest.Of([1])}}",
                 "platform":{"os":{{JsonSerializer.Serialize(Evil)}},"architecture":"{{new string('y', 999)}}"} }
                """,
                10
            )
        );
        var handler = new ScriptedHandler(
            (_, _) =>
                RegistryAnswer.Of(
                    $$"""{"schemaVersion":2,"manifests":[{{images}}]}""",
                    "application/vnd.oci.image.index.v1+json"
                )
        );
        var failure = await Assert.ThrowsAsync<RegistryException>(() =>
            ImageReader.ReadAsync(
                Scripted.Client(handler),
                ImageReference.Parse("r.example/team/base:1"),
                "linux/amd64",
                CancellationToken.None
            )
        );
        AssertClean(failure!.Message);
        Assert.That(failure.Message, Has.Length.LessThan(400));
    }

    [TestCase("r.example:65536/team/x")]
    [TestCase("r.example:99999/team/x")]
    [TestCase("r.example:0/team/x")]
    [TestCase("r.example:123456/team/x")]
    public void A_port_beyond_all_ports_is_refused_with_its_remedy(string text)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(ImageRepository.TryParse(text, out _, out var error), Is.False);
            Assert.That(error, Does.EndWith("names no port: they are from 1 to 65535"));
            Assert.That(ImageReference.TryParse(text + ":1", out _, out _), Is.False);
            Assert.That(ReferenceSyntax.OfRepository(text)?.Remedy, Does.StartWith("write one from 1 to 65535"));
            Assert.That(ReferenceSyntax.OfImage(text + ":1")?.Remedy, Does.StartWith("write one from 1 to 65535"));
            Assert.That(ImageRepository.TryParse("r.example:65535/team/x", out _, out _), Is.True);
        }
    }

    [Test]
    public void A_docker_config_of_a_megabyte_is_refused_in_words()
    {
        var config = JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                auths = Enumerable
                    .Range(0, 20_000)
                    .ToDictionary(i => $"h{i}.example", _ => new { username = "u", password = "p" }),
            }
        );
        Assert.That(config, Has.Length.GreaterThan(800_000));
        Assert.That(DockerConfig.TryParse(config, out _, out var error), Is.False);
        Assert.That(error, Does.Contain("a docker config at most 262144"));
    }

    private static void AssertClean(string text) =>
        Assert.That(text.Where(c => char.IsControl(c) || c is '\u2028' or '\u202E' or '\ufeff'), Is.Empty);
}
