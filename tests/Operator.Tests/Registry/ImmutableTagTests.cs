using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using LocalCluster.Images;
using StandIns;

namespace Operator.Tests.Registry;

/// <summary>
/// A repository with immutable tags takes an image's unique tag once, and what is made again is right, too.
/// </summary>
internal sealed class ImmutableTagTests
{
    private const string Repository = "team/service";

    [Test]
    public async Task Alias_the_same_image_is_left_alone_and_another_one_gets_a_tag_of_its_own()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        await using var registry = await ImageRegistry.StartAsync(
            new ImageRegistryOptions
            {
                Fault = r =>
                    r.Method == "PUT"
                    && r.Path.StartsWith($"/v2/{Repository}/manifests/b", StringComparison.Ordinal)
                    && !taken.Add(r.Path)
                        ? new RegistryFault(412, """{"errors":[{"code":"PRECONDITION"}]}""")
                        : null,
            },
            CancellationToken.None
        );
        using var http = new HttpClient();
        var images = new StandInImages(new ImageSeeder(http, registry.Host));
        await images.BaseAsync("team/base", "1", CancellationToken.None);
        await images.ServerAsync("team/server", "1", CancellationToken.None);
        var made = await AssembleAsync(http, registry.Host);
        var again = await AssembleAsync(http, registry.Host);

        await images.ServerAsync(
            "team/server",
            "1",
            new Dictionary<string, string>(StringComparer.Ordinal) { ["example.com/changed"] = "yes" },
            CancellationToken.None
        );
        await images.BaseAsync("team/base", "1", CancellationToken.None);
        var other = await AssembleAsync(http, registry.Host, port: 8081);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((made.Tag.ToString(), again.Tag), Is.EqualTo(("b1-abc", made.Tag)));
            Assert.That(again.Digest, Is.EqualTo(made.Digest));
            Assert.That(other.Digest, Is.Not.EqualTo(made.Digest));
            Assert.That(other.Tag.ToString(), Is.EqualTo($"b1-abc-{other.Digest.Hex[..8]}"));
            Assert.That(registry.Tags(Repository)["b1-abc"], Is.EqualTo(made.Digest.ToString()));
            Assert.That(registry.Tags(Repository)[other.Tag.ToString()], Is.EqualTo(other.Digest.ToString()));
        }
    }

    private static async Task<AssembledImage> AssembleAsync(HttpClient http, string host, int port = 8080)
    {
        using var copies = new BlobCopies(TimeProvider.System);
        var access = RegistryAccess.Anonymous.WithInsecure(host);
        var client = new RegistryClient(http, access, TimeProvider.System);
        var assembly = await new ImageAssembler(client, copies, "team").AssembleAsync(
            new AssemblyParts(
                ImageReference.Parse($"{host}/team/base:1"),
                ImageReference.Parse($"{host}/team/server:1"),
                ImageRepository.Parse($"{host}/{Repository}"),
                ImageTag.Parse("b1-abc"),
                "linux/amd64"
            ),
            new ApplicationSettings
            {
                User = "10001:10001",
                Port = port,
                Created = A.Morning,
            },
            TimeSpan.FromMinutes(1),
            CancellationToken.None
        );
        return ((Assembly.Done)assembly).Image;
    }
}
