using System.Diagnostics;
using System.Text.Json.Nodes;
using GemmaOperator.Builds.Steps.Assemble;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.References;
using LocalCluster.Images;
using StandIns;

namespace Operator.Tests.Registry;

/// <summary>An application image, made in a real distribution server and read by others.</summary>
public sealed class AssembledImageTests
{
    private static readonly ApplicationSettings Settings = new()
    {
        User = "10001:10001",
        Port = 8080,
        Created = A.Morning,
    };

    [Test]
    public async Task An_application_image_is_made_in_the_registry_without_a_byte_of_its_base()
    {
        await using var server = await RealRegistry.StartAsync();
        using var counting = new CountingHandler();
        using var http = new HttpClient(counting);
        await SeedAsync(http, server.Host);
        var before = (counting.Requests.Count, counting.BytesSent);

        var made = await AssembleAsync(http, server.Host);
        var (requests, bytes) = (counting.Requests.Count - before.Count, counting.BytesSent - before.BytesSent);
        var again = await AssembleAsync(http, server.Host);
        var manifest = (
            await RealRegistryTests.Client(http, server.Host).GetManifestAsync(made.Reference, CancellationToken.None)
        ).Bytes;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(again.Digest, Is.EqualTo(made.Digest), "assembling twice gives one image");
            Assert.That(again.BytesTransferred, Is.Zero);
            Assert.That(
                bytes,
                Is.EqualTo(made.BytesTransferred + manifest.Length),
                "only the config and the manifest were sent: layers were mounted"
            );
            Assert.That(made.BlobsMounted, Is.EqualTo(2));
            Assert.That(
                requests,
                Is.LessThanOrEqualTo(4 + (3 * 3) + 1),
                "four reads, three round trips a blob, one manifest"
            );
        }
    }

    [Test]
    public async Task Skopeo_reads_and_copies_what_was_made()
    {
        if (!File.Exists("/usr/bin/skopeo"))
        {
            Assert.Ignore("skopeo isn't installed: apt-get install skopeo");
        }

        await using var server = await RealRegistry.StartAsync();
        using var http = new HttpClient();
        await SeedAsync(http, server.Host);
        var made = await AssembleAsync(http, server.Host);
        var inspected = JsonNode.Parse(
            await RunAsync("skopeo", "inspect", "--tls-verify=false", $"docker://{made.Reference}")
        )!;
        var config = JsonNode.Parse(
            await RunAsync("skopeo", "inspect", "--config", "--tls-verify=false", $"docker://{made.Reference}")
        )!;
        var folder = Directory.CreateTempSubdirectory("skopeo-");
        try
        {
            await RunAsync(
                "skopeo",
                "copy",
                "--src-tls-verify=false",
                $"docker://{made.Reference}",
                $"oci:{folder.FullName}:app"
            );
            var root = Path.Combine(folder.FullName, "root");
            Directory.CreateDirectory(root);
            foreach (var layer in inspected["Layers"]!.AsArray().Select(l => (string)l!))
            {
                await RunAsync(
                    "tar",
                    "-xzf",
                    Path.Combine(folder.FullName, "blobs", layer.Replace(':', '/')),
                    "-C",
                    root
                );
            }

            using (Assert.EnterMultipleScope())
            {
                Assert.That((string?)inspected["Digest"], Is.EqualTo(made.Digest.ToString()));
                Assert.That((string?)config["config"]!["User"], Is.EqualTo("10001:10001"));
                Assert.That(
                    config["config"]!["Entrypoint"]!.AsArray().Select(e => (string?)e),
                    Is.EqualTo(new[] { "/app/gemma-inference" })
                );
                Assert.That(
                    (string?)inspected["Labels"]!["org.opencontainers.image.base.digest"],
                    Does.StartWith("sha256:")
                );
                Assert.That(
                    File.Exists(Path.Combine(root, "app", "README")),
                    "the server's layer unpacks on the base's"
                );
                Assert.That(File.Exists(Path.Combine(root, "stand-in.txt")));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task SeedAsync(HttpClient http, string host)
    {
        var images = new StandInImages(new ImageSeeder(http, host));
        await images.BaseAsync("team/base", "1", CancellationToken.None);
        await images.ServerAsync("team/server", "1", CancellationToken.None);
    }

    private static async Task<AssembledImage> AssembleAsync(HttpClient http, string host)
    {
        using var copies = new BlobCopies(TimeProvider.System);
        var assembly = await new ImageAssembler(RealRegistryTests.Client(http, host), copies, "team").AssembleAsync(
            new AssemblyParts(
                ImageReference.Parse($"{host}/team/base:1"),
                ImageReference.Parse($"{host}/team/server:1"),
                ImageRepository.Parse($"{host}/team/service"),
                ImageTag.Parse("b1-abc"),
                "linux/amd64"
            ),
            Settings,
            TimeSpan.FromMinutes(1),
            CancellationToken.None
        );
        return ((Assembly.Done)assembly).Image;
    }

    private static async Task<string> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(command, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, $"{command} {string.Join(' ', arguments)}: {await error}");
        return await output;
    }
}
