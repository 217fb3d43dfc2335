using System.Text.Json.Nodes;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Steps.Scan;
using GemmaOperator.Hosting;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Steps.Scan;

/// <summary>A list of packages as each scanner needs it, and its way into the pod.</summary>
internal sealed class ScanDocumentTests
{
    private static readonly ImageReference Image = ImageReference.Parse("registry.example/team/base@" + A.Digest(9));

    private static readonly PackageList List = PackageList.Of([
        Dpkg("libssl3t64", "3.0.13-0ubuntu3.5", "openssl 3.0.13-0ubuntu3.5"),
        Dpkg("libc-bin", "2.39-0ubuntu8", "glibc"),
        Dpkg("bash", "5.2.21-2ubuntu4", ""),
        PackageText.Package(PackageKind.Python, "torch", "2.10.0+cu128", "index")!,
    ]) with
    {
        HasSources = true,
        Os = new OsRelease("ubuntu", "24.04", "Ubuntu 24.04.3 LTS"),
    };

    [Test]
    public void Trivy_is_told_the_system_and_the_sources()
    {
        var components = Components(List, ScannerKind.Trivy);
        var ssl = components.Single(c => (string?)c["name"] == "libssl3t64");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                components
                    .Where(c => (string?)c["type"] == "operating-system")
                    .Select(c => $"{c["name"]} {c["version"]}"),
                Is.EqualTo(["ubuntu 24.04"])
            );
            Assert.That(
                (string?)ssl["purl"],
                Is.EqualTo(
                    "pkg:deb/ubuntu/libssl3t64@3.0.13-0ubuntu3.5?arch=amd64&distro=ubuntu-24.04"
                        + "&upstream=openssl%403.0.13-0ubuntu3.5"
                )
            );
            Assert.That(Property(ssl, "aquasecurity:trivy:SrcName"), Is.EqualTo("openssl"));
            Assert.That(
                components.Select(c => (string?)c["bom-ref"]).Distinct().Count(),
                Is.EqualTo(components.Count),
                "each component has a reference of its own"
            );
        }
    }

    [Test]
    public void Trivy_has_its_own_words_for_systems()
    {
        var rocky = List with { Os = new OsRelease("rhel", "9.4", "Red Hat") };
        Assert.That(Components(rocky, ScannerKind.Trivy).Select(c => (string?)c["name"]), Has.Member("redhat"));
        Assert.That(Components(rocky, ScannerKind.Grype).Select(c => (string?)c["name"]), Has.Member("rhel"));
    }

    [Test]
    public void OSV_Scanner_is_told_source_packages_and_releases() =>
        Assert.That(
            Components(List, ScannerKind.OSVScanner).Select(c => (string?)c["purl"]).Where(p => p is not null),
            Is.EquivalentTo([
                "pkg:deb/ubuntu/bash@5.2.21-2ubuntu4?arch=source&distro=ubuntu-24.04",
                "pkg:deb/ubuntu/glibc@2.39-0ubuntu8?arch=source&distro=ubuntu-24.04",
                "pkg:deb/ubuntu/openssl@3.0.13-0ubuntu3.5?arch=source&distro=ubuntu-24.04",
                "pkg:pypi/torch@2.10.0",
            ])
        );

    [Test]
    public void A_stored_list_is_read_as_it_was_and_its_sources_change_no_fingerprint()
    {
        var read = CycloneDxReader.Read(CycloneDx.Render(List, Image))!;
        var without = PackageList.Of(
            List.Packages.Select(p => p with { Source = new PackageSource(p.Name, p.Version) })
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Packages, Is.EqualTo(List.Packages));
            Assert.That(read.HasSources);
            Assert.That(read.Fingerprint, Is.EqualTo(List.Fingerprint));
            Assert.That((without with { Os = List.Os }).Fingerprint, Is.EqualTo(List.Fingerprint));
        }
    }

    [TestCase("openssl 3.0.2 more")]
    [TestCase(" openssl")]
    [TestCase("open\u001bssl")]
    [TestCase("openssl 3.0\u202e2")]
    public void A_source_that_is_none_is_none(string text) =>
        Assert.That(PackageText.Source(Dpkg("a", "1", ""), text), Is.Null);

    [Test]
    public async Task It_gets_into_the_pod_whole_or_not_at_all()
    {
        var folder = Directory.CreateTempSubdirectory("unpack-");
        try
        {
            var (packed, output) = (Path.Combine(folder.FullName, "in"), Path.Combine(folder.FullName, "out"));
            var document = ScanDocument.Render(List, Image, ScannerKind.Trivy);
            await File.WriteAllTextAsync(packed, ScanDocument.Pack(document));
            Assert.That(await UnpackAsync(packed, ImageDigest.Of(document).ToString(), output), Is.Zero);
            Assert.That(await File.ReadAllBytesAsync(output), Is.EqualTo(document));
            Assert.That(await UnpackAsync(packed, A.Digest(1), output), Is.EqualTo(UnpackCommand.NoList));
            await File.WriteAllTextAsync(packed, ScanDocument.Pack(new byte[ScanDocument.MostBytes + 1]));
            Assert.That(await UnpackAsync(packed, A.Digest(1), output), Is.EqualTo(UnpackCommand.NoList), "a bomb");
            await File.WriteAllTextAsync(packed, "no base64");
            Assert.That(await UnpackAsync(packed, A.Digest(1), output), Is.EqualTo(UnpackCommand.NoList));
            Assert.That(await UnpackAsync(packed + "-", A.Digest(1), output), Is.EqualTo(UnpackCommand.NoList));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestCase(ScannerKind.Trivy, "{}", """{"Version":2,"UpdatedAt":"2026-11-01T06:00:00.5Z"}""", "2026-11-01")]
    [TestCase(ScannerKind.Grype, """{"descriptor":{"db":{"built":"2026-11-02T06:00:00Z"}}}""", null, "2026-11-02")]
    [TestCase(
        ScannerKind.Grype,
        """{"descriptor":{"db":{"status":{"built":"2026-11-03T06:00:00Z"}}}}""",
        null,
        "2026-11-03"
    )]
    [TestCase(ScannerKind.Grype, """{"descriptor":[]}""", null, null)]
    [TestCase(ScannerKind.Trivy, "{}", "no json", null)]
    [TestCase(ScannerKind.Trivy, "{}", null, null)]
    [TestCase(ScannerKind.OSVScanner, "{}", null, null)]
    public void The_age_of_a_database_is_what_the_scanner_tells(
        object scanner,
        string report,
        string? metadata,
        string? day
    ) =>
        Assert.That(
            ScannerDatabase.TimeOf((ScannerKind)scanner, report, metadata)?.ToString("yyyy-MM-dd", null),
            Is.EqualTo(day)
        );

    private static Task<int> UnpackAsync(string file, string digest, string output) =>
        UnpackCommand.Make().Parse([$"--file={file}", $"--digest={digest}", $"--output={output}"]).InvokeAsync();

    private static Package Dpkg(string name, string version, string source)
    {
        var package = PackageText.Package(PackageKind.Dpkg, name, version, "amd64")!;
        return package with { Source = PackageText.Source(package, source)!.Value };
    }

    private static IReadOnlyList<JsonNode> Components(PackageList list, ScannerKind scanner) =>
        [.. JsonNode.Parse(ScanDocument.Render(list, Image, scanner))!["components"]!.AsArray().Select(c => c!)];

    private static string? Property(JsonNode component, string name) =>
        (string?)component["properties"]!.AsArray().Single(p => (string?)p!["name"] == name)!["value"];
}
