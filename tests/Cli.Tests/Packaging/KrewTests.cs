using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GemmaOperator.Yaml;
using Operator.Tests.Api;

namespace Cli.Tests.Packaging;

/// <summary>The krew manifest names each archive with its platform and its checksum.</summary>
public sealed class KrewTests
{
    [Test]
    public async Task Each_archive_has_its_platform_and_checksum()
    {
        using var folder = new Folder();
        string[] archives =
        [
            .. new[] { "linux-x64", "osx-arm64", "win-x64" }.Select(p => folder.Write($"kubectl-gemma-{p}.tar.gz", p)),
        ];
        var (code, output, errors) = await RunAsync(["1.2.3", "https://releases.example/v1.2.3", .. archives]);
        Assert.That(code, Is.Zero, errors);
        var manifest = YamlDocuments.Read(output).Single().Content!;
        var platforms = manifest["spec"]!["platforms"]!.AsArray();
        Assert.Multiple(() =>
        {
            Assert.That((string?)manifest["spec"]!["version"], Is.EqualTo("v1.2.3"));
            Assert.That(
                platforms.Select(p => Label(p, "os") + "/" + Label(p, "arch")),
                Is.EqualTo((string[])["linux/amd64", "darwin/arm64", "windows/amd64"])
            );
            Assert.That(
                platforms.Select(p => (string?)p!["sha256"]),
                Is.EqualTo(archives.Select(a => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(a)))))
            );
            Assert.That((string?)platforms[2]!["bin"], Is.EqualTo("kubectl-gemma.exe"));
        });
    }

    [TestCase("one", "https://x.example", "VERSION")]
    [TestCase("1.2.3", "http://x.example", "BASE_URL")]
    public async Task A_mistake_is_told(string version, string address, string told)
    {
        var (code, _, errors) = await RunAsync([version, address, "kubectl-gemma-linux-x64.tar.gz"]);
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors, Does.StartWith($"krew: {told}"));
    }

    private static string? Label(JsonNode? platform, string name) =>
        (string?)platform!["selector"]!["matchLabels"]![name];

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string[] arguments)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("the script needs bash");
        }

        using var process = Process.Start(
            new ProcessStartInfo("bash", [Checkout.PathTo("deploy", "krew.sh"), .. arguments])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
