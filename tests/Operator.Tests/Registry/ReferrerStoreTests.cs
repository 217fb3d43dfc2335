using System.Text;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.References;
using GemmaOperator.Registry.Referrers;
using LocalCluster.Images;
using StandIns;

namespace Operator.Tests.Registry;

/// <summary>
/// Documents that are attached to images, in registries with the referrers API, without it, and odd ones.
/// </summary>
internal sealed class ReferrerStoreTests
{
    private const string Type = "application/vnd.cyclonedx+json";
    private const string Mark = "gemmaoperator.io/image";

    private static readonly byte[] Document = Encoding.UTF8.GetBytes("""{"bomFormat":"CycloneDX"}""");

    private static readonly TestCaseData[] Registries =
    [
        new TestCaseData(new ImageRegistryOptions()).SetArgDisplayNames("with the API"),
        new TestCaseData(new ImageRegistryOptions { Referrers = false }).SetArgDisplayNames("404"),
        Answering("405", new RegistryFault(405)),
        Answering("400", new RegistryFault(400)),
        Answering("501", new RegistryFault(501)),
        Answering("a page for people", new RegistryFault(200, "<html>", "text/html")),
        Answering("an empty index", new RegistryFault(200, """{"schemaVersion":2,"manifests":[]}""")),
    ];

    [TestCaseSource(nameof(Registries))]
    public async Task A_document_is_attached_once_read_and_taken_away(ImageRegistryOptions options)
    {
        await using var registry = await ImageRegistry.StartAsync(options, CancellationToken.None);
        await LivesAndDiesAsync(registry.Host, isFound: digest => registry.Manifest("team/base", digest) is not null);
        Assert.That(registry.Tags("team/base").Keys, Is.EqualTo(["1"]), "no tag is left over");
    }

    [Test]
    public async Task A_real_registry_without_the_API_works_by_the_tag()
    {
        await using var server = await RealRegistry.StartAsync();
        await LivesAndDiesAsync(server.Host, isFound: null);
    }

    [Test]
    public async Task What_others_attached_stays_theirs()
    {
        await using var registry = await ImageRegistry.StartAsync(
            new ImageRegistryOptions { Referrers = false },
            CancellationToken.None
        );
        using var http = new HttpClient();
        var (store, image) = await WithImageAsync(http, registry.Host);
        var theirs = await store.AttachAsync(image, "application/x-signature", [1], [], CancellationToken.None);
        var foreign = await store.AttachAsync(image, Type, [2], [new("other", "x")], CancellationToken.None);
        var ours = await AttachAsync(store, image);
        var gone = await store.DetachAsync(image, ours, Type, Mark, CancellationToken.None);
        var index = registry.Manifest("team/base", ReferrersTag.Of(image.Digest!).ToString())!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(gone, Is.EqualTo(1));
            Assert.That(index, Does.Contain(theirs.ToString()).And.Contain(foreign.ToString()));
            Assert.That(index, Does.Not.Contain(ours.ToString()));
            Assert.That(registry.Manifest("team/base", theirs.ToString()), Is.Not.Null);
        }
    }

    [Test]
    public async Task A_list_that_names_an_image_deletes_none()
    {
        await using var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
        using var http = new HttpClient();
        var (store, image) = await WithImageAsync(http, registry.Host);
        var gone = await store.DetachAsync(image, image.Digest, Type, Mark, CancellationToken.None);
        Assert.That(gone, Is.Zero);
        Assert.That(registry.Manifest("team/base", "1"), Is.Not.Null, "the status named an image as its document");
    }

    [Test]
    public async Task A_tag_that_stands_for_something_else_is_not_written_over()
    {
        await using var registry = await ImageRegistry.StartAsync(
            new ImageRegistryOptions { Referrers = false },
            CancellationToken.None
        );
        using var http = new HttpClient();
        var (store, image) = await WithImageAsync(http, registry.Host);
        var tag = ReferrersTag.Of(image.Digest!).ToString();
        await new StandInImages(new ImageSeeder(http, registry.Host)).BaseAsync(
            "team/base",
            tag,
            CancellationToken.None
        );
        var there = registry.Tags("team/base")[tag];
        var refused = await Assert.ThrowsAsync<RegistryException>(() => AttachAsync(store, image));
        Assert.That(refused!.IsTransient, Is.False);
        Assert.That(registry.Tags("team/base")[tag], Is.EqualTo(there));
    }

    [Test]
    public async Task A_document_that_somebody_replaced_is_told_from_one_that_is_gone()
    {
        await using var registry = await ImageRegistry.StartAsync(new ImageRegistryOptions(), CancellationToken.None);
        using var http = new HttpClient();
        var (store, image) = await WithImageAsync(http, registry.Host);
        var digest = await AttachAsync(store, image);
        await File.WriteAllBytesAsync(
            registry.BlobPath(ImageDigest.Of(Document).ToString()),
            Encoding.UTF8.GetBytes("evil")
        );
        var replaced = await Assert.ThrowsAsync<RegistryException>(() => ReadAsync(store, image, digest));
        var gone = await Assert.ThrowsAsync<RegistryException>(() => ReadAsync(store, image, ImageDigest.Of([9])));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(replaced!.IsOtherContent);
            Assert.That((gone!.Error, gone.IsOtherContent), Is.EqualTo((RegistryError.NotFound, false)));
            Assert.That(
                await ReadAsync(store, image, image.Digest!),
                Is.Null,
                "an image isn't a document that is attached to it"
            );
        }
    }

    [Test]
    public async Task What_is_attached_takes_no_image_s_place_in_the_list_of_tags()
    {
        var tags = Enumerable
            .Range(0, 1500)
            .Select(n => $"b{n}")
            .Concat(
                Enumerable
                    .Range(0, 1500)
                    .Select(n => ReferrersTag.Of(ImageDigest.Of([(byte)(n / 256), (byte)n])).ToString())
            );
        var body = $$"""{"name":"x","tags":[{{string.Join(',', tags.Select(t => $"\"{t}\""))}}]}""";
        await using var registry = await ImageRegistry.StartAsync(
            new ImageRegistryOptions
            {
                Fault = r =>
                    r.Path.EndsWith("/tags/list", StringComparison.Ordinal) ? new RegistryFault(200, body) : null,
            },
            CancellationToken.None
        );
        using var http = new HttpClient();
        var list = await Client(http, registry.Host)
            .ListTagsAsync(ImageRepository.Parse($"{registry.Host}/team/base"), CancellationToken.None);
        Assert.That(list.Tags, Has.Count.EqualTo(3000));
    }

    private static async Task LivesAndDiesAsync(string host, Func<string, bool>? isFound)
    {
        using var http = new HttpClient();
        var (store, image) = await WithImageAsync(http, host);
        var digest = await AttachAsync(store, image);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await AttachAsync(store, image), Is.EqualTo(digest), "attaching twice attaches once");
            Assert.That(await ReadAsync(store, image, digest), Is.EqualTo(Document));
            Assert.That(isFound?.Invoke(digest.ToString()), Is.Not.False);
        }

        await Client(http, host).DeleteManifestAsync(image.Repository, digest, CancellationToken.None);
        Assert.That(
            await store.DetachAsync(image, digest, Type, Mark, CancellationToken.None),
            Is.Zero,
            "what is gone already is fine"
        );

        var again = await AttachAsync(store, image);
        Assert.That(await store.DetachAsync(image, again, Type, Mark, CancellationToken.None), Is.EqualTo(1));
        Assert.That(isFound?.Invoke(again.ToString()), Is.Not.True);
    }

    private static Task<ImageDigest> AttachAsync(ReferrerStore store, ImageReference image) =>
        store.AttachAsync(image, Type, Document, [new(Mark, "ml/gemma")], CancellationToken.None);

    private static Task<byte[]?> ReadAsync(ReferrerStore store, ImageReference image, ImageDigest digest) =>
        store.ReadAsync(image, digest, Type, 1 << 20, CancellationToken.None);

    private static async Task<(ReferrerStore Store, ImageReference Image)> WithImageAsync(HttpClient http, string host)
    {
        var digest = await new StandInImages(new ImageSeeder(http, host)).BaseAsync(
            "team/base",
            "1",
            CancellationToken.None
        );
        return (new ReferrerStore(Client(http, host)), ImageReference.Parse($"{host}/team/base@{digest}"));
    }

    private static RegistryClient Client(HttpClient http, string host) =>
        new(http, RegistryAccess.Anonymous.WithInsecure(host), TimeProvider.System);

    /// <summary>Such a registry says nothing of subjects either.</summary>
    private static TestCaseData Answering(string name, RegistryFault answer) =>
        new TestCaseData(
            new ImageRegistryOptions
            {
                Referrers = false,
                Fault = r => r.Path.Contains("/referrers/", StringComparison.Ordinal) ? answer : null,
            }
        ).SetArgDisplayNames(name);
}
