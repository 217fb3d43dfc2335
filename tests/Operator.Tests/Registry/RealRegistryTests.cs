using GemmaOperator.Builds.Steps.Promote;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using LocalCluster.Images;
using StandIns;
using StandIns.Processes;

namespace Operator.Tests.Registry;

/// <summary>The client against a real distribution server.</summary>
public sealed class RealRegistryTests
{
    /// <summary>user:secret, bcrypt, as <c>htpasswd -Bbn user secret</c> writes it.</summary>
    public const string Htpasswd = "user:$2y$05$iZzVII7C6UEv/60hNdu8/egFuvSXnHoy0b9Jxrs3PER7Z2faVXkvC";

    [Test]
    public async Task Resolves_reads_and_moves_tags()
    {
        await using var server = await RealRegistry.StartAsync();
        using var http = new HttpClient();
        var digest = await new StandInImages(new ImageSeeder(http, server.Host)).BaseAsync(
            "team/base",
            "1",
            CancellationToken.None
        );
        var client = Client(http, server.Host);
        var reference = ImageReference.Parse($"{server.Host}/team/base:1");

        var resolved = await client.ResolveAsync(reference, CancellationToken.None);
        var image = await ImageReader.ReadAsync(client, reference, "linux/amd64", CancellationToken.None);
        var (moved, _) = await new Promotion(client).MoveAsync(
            reference.WithDigest(resolved.Digest),
            [ImageTag.Parse("latest")],
            CancellationToken.None
        );
        var (again, _) = await new Promotion(client).MoveAsync(
            reference.WithDigest(resolved.Digest),
            [ImageTag.Parse("latest")],
            CancellationToken.None
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(resolved.Digest.ToString(), Is.EqualTo(digest));
            Assert.That(image.Manifest.Layers, Has.Count.EqualTo(1));
            Assert.That(moved, Has.Count.EqualTo(1));
            Assert.That(again, Is.Empty);
            Assert.That(
                (
                    await client.ResolveAsync(
                        reference with
                        {
                            Tag = ImageTag.Parse("latest"),
                            Digest = null,
                        },
                        CancellationToken.None
                    )
                ).Digest,
                Is.EqualTo(resolved.Digest)
            );
        }
    }

    [Test]
    public async Task Lists_tags_and_deletes_an_image_with_all_of_them()
    {
        await using var server = await RealRegistry.StartAsync();
        using var http = new HttpClient();
        await new StandInImages(new ImageSeeder(http, server.Host)).BaseAsync("team/base", "1", CancellationToken.None);
        var client = Client(http, server.Host);
        var reference = ImageReference.Parse($"{server.Host}/team/base:1");
        var resolved = await client.ResolveAsync(reference, CancellationToken.None);
        await new Promotion(client).MoveAsync(
            reference.WithDigest(resolved.Digest),
            [ImageTag.Parse("latest")],
            CancellationToken.None
        );
        var before = await client.ListTagsAsync(reference.Repository, CancellationToken.None);
        await client.DeleteManifestAsync(reference.Repository, resolved.Digest, CancellationToken.None);
        var after = await client.ListTagsAsync(reference.Repository, CancellationToken.None);
        var never = await client.ListTagsAsync(
            ImageRepository.Parse($"{server.Host}/team/none"),
            CancellationToken.None
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(before.Tags.Select(t => t.ToString()), Is.EquivalentTo(new[] { "1", "latest" }));
            Assert.That(before.IsComplete, Is.True);
            Assert.That(after.Tags, Is.Empty);
            Assert.That((never.Tags.Count, never.IsComplete), Is.EqualTo((0, true)));
        }

        Assert.That(
            (
                await Assert.ThrowsAsync<RegistryException>(() =>
                    client.ResolveAsync(reference, CancellationToken.None)
                )
            )!.Error,
            Is.EqualTo(RegistryError.NotFound)
        );
    }

    [Test]
    public async Task What_is_not_there_is_NotFound()
    {
        await using var server = await RealRegistry.StartAsync();
        using var http = new HttpClient();
        var thrown = await Assert.ThrowsAsync<RegistryException>(() =>
            Client(http, server.Host)
                .ResolveAsync(ImageReference.Parse($"{server.Host}/team/none:1"), CancellationToken.None)
        );
        Assert.That(thrown!.Error, Is.EqualTo(RegistryError.NotFound));
    }

    [Test]
    public async Task Credentials_open_a_closed_registry_and_their_lack_is_named()
    {
        await using var server = await RealRegistry.StartAsync(Htpasswd);
        using var http = new HttpClient();
        var basic = new System.Net.Http.Headers.AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String("user:secret"u8)
        );
        var digest = await new StandInImages(new ImageSeeder(http, server.Host, basic)).BaseAsync(
            "team/base",
            "1",
            CancellationToken.None
        );
        var reference = ImageReference.Parse($"{server.Host}/team/base:1");
        var known = DockerConfig.Of(server.Host, new RegistryCredential("user", "secret"));
        var wrong = DockerConfig.Of(server.Host, new RegistryCredential("user", "wrong"));

        var found = await Client(http, server.Host, known).ResolveAsync(reference, CancellationToken.None);
        var anonymous = await Assert.ThrowsAsync<RegistryException>(() =>
            Client(http, server.Host).ResolveAsync(reference, CancellationToken.None)
        );
        var refused = await Assert.ThrowsAsync<RegistryException>(() =>
            Client(http, server.Host, wrong).ResolveAsync(reference, CancellationToken.None)
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Digest.ToString(), Is.EqualTo(digest));
            Assert.That(anonymous!.Error, Is.EqualTo(RegistryError.Unauthorized));
            Assert.That(refused!.Error, Is.EqualTo(RegistryError.Unauthorized));
            Assert.That(refused.Message, Does.Not.Contain("wrong"), "a password never reaches a message");
        }
    }

    [Test]
    public async Task A_large_layer_is_streamed_to_another_registry()
    {
        await using var server = await RealRegistry.StartAsync();
        using var http = new HttpClient();
        const long Size = 96L << 20;
        var zeros = new ZeroStream(Size);
        var digest =
            "sha256:"
            + Convert.ToHexStringLower(
                await System.Security.Cryptography.SHA256.HashDataAsync(zeros, CancellationToken.None)
            );
        ZeroStream? sent = null;
        var repository = ImageRepository.Parse($"{server.Host}/team/large");
        var uploaded = await Client(http, server.Host)
            .UploadBlobAsync(
                repository,
                new Descriptor("", ImageDigest.Parse(digest), Size),
                _ => Task.FromResult<Stream>(sent = new ZeroStream(Size)),
                CancellationToken.None
            );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(uploaded);
            Assert.That(sent!.LargestRead, Is.LessThanOrEqualTo(1 << 20), "one small buffer carries it");
            Assert.That(
                await Client(http, server.Host)
                    .BlobExistsAsync(repository, ImageDigest.Parse(digest), CancellationToken.None)
            );
        }
    }

    internal static RegistryClient Client(HttpClient http, string host, DockerConfig? credentials = null) =>
        new(
            http,
            RegistryAccess.Anonymous with
            {
                InsecureHosts = [host],
                Credentials = credentials ?? DockerConfig.Empty,
            },
            TimeProvider.System
        );
}
