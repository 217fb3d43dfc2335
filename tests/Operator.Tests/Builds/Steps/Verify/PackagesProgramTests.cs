using System.Text.Json.Nodes;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Inputs;
using Operator.Tests.Tools;

namespace Operator.Tests.Builds.Steps.Verify;

/// <summary>The list of packages for a scanner that can't read registries, made on this machine.</summary>
[Parallelizable(ParallelScope.Self)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class PackagesProgramTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gemma-packages-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Test]
    public async Task Python_and_Debian_packages_are_named_as_advisories_name_them()
    {
        var info = _folder.CreateSubdirectory("Some_Package-2.10.0+cu128.dist-info");
        await File.WriteAllTextAsync(
            Path.Combine(info.FullName, "METADATA"),
            "Metadata-Version: 2.1\nName: Some_Package\nVersion: 2.10.0+cu128\n"
        );
        var document = await RunAsync();
        var purls = document["components"]!.AsArray().Select(c => (string)c!["purl"]!).ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((string?)document["bomFormat"], Is.EqualTo("CycloneDX"));
            Assert.That(purls, Does.Contain("pkg:pypi/some-package@2.10.0"));
            Assert.That(
                purls,
                Has.All.Match(
                    "^pkg:(pypi/[a-z0-9.%-]+@[^ ?]+|deb/[a-z]+/[^/@ ]+@[^ ?]+\\?arch=source&distro=[a-z]+-[0-9.]*)$"
                )
            );
        }

        if (File.Exists("/var/lib/dpkg/status"))
        {
            Assert.That(purls, Has.Some.StartsWith("pkg:deb/").And.Contains("/dpkg@"));
        }
    }

    private async Task<JsonObject> RunAsync()
    {
        var file = Path.Combine(_folder.FullName, "packages.cdx.json");
        await Python.RunAsync(PythonProgram.Read("packages.py"), file, _folder.FullName);
        return JsonNode.Parse(await File.ReadAllTextAsync(file))!.AsObject();
    }
}
