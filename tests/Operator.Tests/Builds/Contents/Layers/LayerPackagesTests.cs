using System.Text;
using GemmaOperator.Builds.Contents.Layers;
using GemmaOperator.Registry.Manifests;

namespace Operator.Tests.Builds.Contents.Layers;

/// <summary>What the files of layers say of packages, whatever the image says of itself.</summary>
internal sealed class LayerPackagesTests
{
    private const string Site = "opt/conda/lib/python3.11/site-packages";

    private const string Status = """
        Package: openssl
        Status: install ok installed
        Architecture: amd64
        Version: 3.0.13-0ubuntu3.5
        Description: Secure Sockets Layer toolkit
         Version: of the description

        Package: gone
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 1

        Package: held
        Status: hold ok installed
        Architecture: all
        Version: 2:1.0~rc1
        """;

    [Test]
    public async Task Packages_are_what_the_newest_layer_says_and_the_layers_together_hold()
    {
        var found = await ReadAsync(
            LayerExample.Of(
                ("var/lib/dpkg/status", "Package: old\nStatus: install ok installed\nVersion: 1\n"),
                ($"{Site}/idna-3.7.dist-info/METADATA", "Metadata-Version: 2.1\nName: idna\nVersion: 3.7\n\nName: x"),
                ($"{Site}/Old_Name-1.dist-info/METADATA", "Name: Old.Name\r\nVersion: 1\r\n"),
                ($"{Site}/", "")
            ),
            LayerExample.Of(
                ("./var/lib/dpkg/status", Status),
                ($"{Site}/.wh.idna-3.7.dist-info", ""),
                ($"{Site}/idna-3.10.dist-info/METADATA", "Name: idna\nVersion: 3.10\n")
            )
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Told(found.Dpkg!), Is.EqualTo(["openssl 3.0.13-0ubuntu3.5 amd64", "held 2:1.0~rc1 all"]));
            Assert.That(Told(found.Python), Is.EquivalentTo(["idna 3.10 ", "old-name 1 "]));
            Assert.That((found.Read, found.Unread), Is.EqualTo((2, 0)));
        }
    }

    [Test]
    public async Task An_opaque_folder_hides_what_is_below_and_not_what_its_own_layer_brings()
    {
        var found = await ReadAsync(
            LayerExample.Of(($"{Site}/a-1.dist-info/METADATA", "Name: a\nVersion: 1\n")),
            LayerExample.Of(($"{Site}/b-1.dist-info/METADATA", "Name: b\nVersion: 1\n"), ("opt/conda/.wh..wh..opq", ""))
        );
        Assert.That(Told(found.Python), Is.EqualTo(["b 1 "]));
    }

    [TestCase("usr/lib/python3/dist-packages/yaml-6.dist-info/METADATA", Description = "in dpkg's list")]
    [TestCase("opt/conda/pkgs/idna-3/lib/python3.11/site-packages/idna-3.dist-info/METADATA")]
    [TestCase("opt/x/site-packages/setuptools/_vendor/idna-3.dist-info/METADATA", Description = "a package's own")]
    [TestCase("../site-packages/idna-3.dist-info/METADATA", Description = "leads out")]
    public async Task What_no_import_finds_is_none(string path) =>
        Assert.That((await ReadAsync(LayerExample.Of((path, "Name: idna\nVersion: 3\n")))).Python, Is.Empty);

    [TestCase("var/lib/dpkg/status")]
    [TestCase("var/lib/dpkg")]
    public async Task A_link_in_the_place_of_dpkgs_list_leaves_nothing_known(string link)
    {
        var found = await ReadAsync(
            LayerExample.Of(("var/lib/dpkg/status", Status)),
            LayerExample.Of((link, LayerExample.Link + "/elsewhere"))
        );
        Assert.That(found.Dpkg, Is.Null);
    }

    [Test]
    public async Task What_cannot_be_read_is_counted_and_leaves_the_rest()
    {
        var packages = new LayerPackages();
        await packages.AddAsync(MediaTypes.OciLayerGzip, Of(LayerExample.Of(("var/lib/dpkg/status", Status))), default);
        await packages.AddAsync(MediaTypes.OciLayerGzip, Of(Encoding.UTF8.GetBytes("no layer")), default);
        await packages.AddAsync("application/vnd.oci.image.layer.v1.tar+zstd", Of([1, 2, 3]), default);
        packages.Skip();
        Assert.That((packages.Findings.Read, packages.Findings.Unread), Is.EqualTo((1, 3)));
        Assert.That(packages.Findings.Dpkg, Is.Null, "what came above may have changed it");
    }

    [Test]
    public async Task Names_that_name_nothing_and_lines_without_end_are_left_out()
    {
        var long_ = new string('v', 1 << 20);
        var found = await ReadAsync(
            LayerExample.Of(
                ($"{Site}/a.dist-info/METADATA", "Name: a\u001b[31m\nVersion: 1\n"),
                ($"{Site}/b.dist-info/METADATA", $"Name: b\nVersion: {long_}\n"),
                ($"{Site}/c.dist-info/METADATA", $"X: {long_}\nName: c\nVersion: 1\n"),
                ($"{Site}/d.dist-info/METADATA", "Name: d\nVersion: 1")
            )
        );
        Assert.That(Told(found.Python), Is.EqualTo(["d 1 "]));
    }

    private static async Task<LayerFindings> ReadAsync(params byte[][] layers)
    {
        var packages = new LayerPackages();
        foreach (var layer in layers)
        {
            await packages.AddAsync(MediaTypes.DockerLayerGzip, Of(layer), CancellationToken.None);
        }

        return packages.Findings;
    }

    private static MemoryStream Of(byte[] bytes) => new(bytes);

    private static IEnumerable<string> Told(IEnumerable<GemmaOperator.Builds.Contents.Package> packages) =>
        packages.Select(p => $"{p.Name} {p.Version} {p.Architecture}");
}
