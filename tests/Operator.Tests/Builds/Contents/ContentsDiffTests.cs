using System.Text.Json.Nodes;
using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Contents;

internal sealed class ContentsDiffTests
{
    [Test]
    public void What_came_moved_and_went_is_counted()
    {
        var diff = ContentsDiff.Between(
            PackedList.List(("a", "1"), ("b", "1"), ("c", "1")),
            PackedList.List(("b", "2"), ("c", "1"), ("d", "1"), ("e", "1"))
        );
        using (Assert.EnterMultipleScope())
        {
            Assert.That(diff.Summary, Is.EqualTo("+2 ~1 -1"));
            Assert.That(
                diff.Changes.Select(c => $"{c.Name} {c.Old}>{c.New}"),
                Is.EqualTo(["a 1>", "b 1>2", "d >1", "e >1"])
            );
        }
    }

    [Test]
    public void New_Python_packages_come_first_then_what_computes_then_what_security_rests_on_then_the_rest()
    {
        var list = PackageList.Of([
            Package(PackageKind.Dpkg, "aaa"),
            Package(PackageKind.Python, "idna"),
            Package(PackageKind.Dpkg, "libssl3t64"),
            Package(PackageKind.Python, "nvidia-cudnn-cu12"),
            Package(PackageKind.Dpkg, "libcudnn9-cuda-12"),
            Package(PackageKind.Python, "torch"),
            Package(PackageKind.Dpkg, "libc6"),
        ]);
        Assert.That(
            ContentsDiff.Between(PackageList.Of([]), list).Changes.Select(c => c.Name),
            Is.EqualTo(["nvidia-cudnn-cu12", "torch", "idna", "libcudnn9-cuda-12", "libc6", "libssl3t64", "aaa"])
        );
    }

    [Test]
    public void Only_twenty_changes_are_told_and_all_are_counted()
    {
        var list = PackedList.List([.. Enumerable.Range(0, 30).Select(n => ($"p{n:00}", "1"))]);
        var diff = ContentsDiff.Between(PackageList.Of([]), list);
        Assert.That((diff.Added, diff.Changes.Count), Is.EqualTo((30, ContentsStatus.MostChanges)));
    }

    [Test]
    public void A_package_of_the_same_version_from_another_place_has_moved()
    {
        var change = ContentsDiff
            .Between(
                PackageList.Of([Package(PackageKind.Python, "p", "index")]),
                PackageList.Of([Package(PackageKind.Python, "p", "url https://evil.example/p.whl#ab")])
            )
            .Changes.Single();
        Assert.That((change.Old, change.New), Is.EqualTo(("1 (index)", "1 (url https://evil.example/p.whl#ab)")));
    }

    [Test]
    public void A_package_that_is_there_in_two_versions_is_one_package()
    {
        var diff = ContentsDiff.Between(PackedList.List(("p", "1")), PackedList.List(("p", "1"), ("p", "2")));
        Assert.That((diff.Summary, diff.Changes.Single().New), Is.EqualTo(("+0 ~1 -0", "1, 2")));
    }

    [Test]
    public void A_document_holds_all_that_the_list_does_and_is_the_same_every_time()
    {
        var list = PackageList.Of([
            Package(PackageKind.Python, "p", "vcs https://x.example/r.git@c0ffee"),
            Package(PackageKind.Dpkg, "libc6", "i386"),
            Package(PackageKind.Apk, "musl", "x86_64"),
            Package(PackageKind.Rpm, "bash", "noarch"),
        ]) with
        {
            Os = new OsRelease("ubuntu", "24.04", "Ubuntu \"24.04\""),
            CudaArchitectures = ["sm_80", "sm_90"],
            LibtorchBytes = 4,
            Unsupported = [PackageKind.Rpm],
            Unreadable = 2,
        };
        var image = ImageReference.Parse($"registry.example/team/base@{PackedList.Image}");
        var document = CycloneDx.Render(list, image);
        var read = CycloneDxReader.Read(document)!;
        var json = JsonNode.Parse(document)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(CycloneDx.Render(read, image), Is.EqualTo(document));
            Assert.That(read.Fingerprint, Is.EqualTo(list.Fingerprint));
            Assert.That((string?)json["bomFormat"], Is.EqualTo("CycloneDX"));
            Assert.That(
                json["components"]!.AsArray().Skip(1).Select(c => (string?)c!["purl"]),
                Is.EqualTo([
                    "pkg:deb/ubuntu/libc6@1?arch=i386&distro=ubuntu-24.04",
                    "pkg:rpm/ubuntu/bash@1?arch=noarch&distro=ubuntu-24.04",
                    "pkg:apk/ubuntu/musl@1?arch=x86_64&distro=ubuntu-24.04",
                    "pkg:pypi/p@1",
                ])
            );
        }
    }

    [TestCase("{")]
    [TestCase("{}")]
    [TestCase("""{"components":[{"name":"a","version":"1"}],"metadata":{"properties":[]}}""")]
    [TestCase(
        """{"components":[{"name":"a b","version":"1","properties":[{"name":"gemmaoperator.io:kind","value":"Dpkg"}]}],"metadata":{"properties":[]}}"""
    )]
    [TestCase(
        """{"components":[{"name":"a","version":"1","properties":[{"name":"gemmaoperator.io:kind","value":"0"}]}],"metadata":{"properties":[]}}"""
    )]
    public void A_document_that_is_not_ours_is_none(string json) =>
        Assert.That(CycloneDxReader.Read(System.Text.Encoding.UTF8.GetBytes(json)), Is.Null);

    private static Package Package(PackageKind kind, string name, string detail = "") =>
        PackageText.Package(kind, name, "1", detail)!;
}
