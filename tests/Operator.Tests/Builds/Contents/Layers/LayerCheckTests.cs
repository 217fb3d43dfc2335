using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Contents.Layers;

namespace Operator.Tests.Builds.Contents.Layers;

/// <summary>What an image says of its packages beside what its layers say.</summary>
internal sealed class LayerCheckTests
{
    private static readonly PackageList Own = PackedList.List(("openssl", "3.0"), ("zip", "3"));

    [Test]
    public void Equal_lists_agree_in_any_order()
    {
        var found = Findings([Dpkg("zip", "3"), Dpkg("openssl", "3.0")]);
        var list = ((ContentsReading.Listed)LayerCheck.Apply(new ContentsReading.Listed(Own), found)).List;
        Assert.That(list.Layers, Is.EqualTo(new LayersRead(2, 1, [])).Using<LayersRead>(Same));
        Assert.That(list.Fingerprint, Is.EqualTo(Own.Fingerprint), "what came from a cache must not make a difference");
    }

    [Test]
    public void A_package_that_the_image_hides_or_invents_makes_its_list_worth_nothing()
    {
        var found = Findings([Dpkg("openssl", "3.0"), Dpkg("sneaky", "1"), .. Many("more", 9)]);
        var absent = (ContentsReading.Absent)LayerCheck.Apply(new ContentsReading.Listed(Own), found);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(absent.Reason, Is.EqualTo("ListContradicted"));
            Assert.That(absent.Message, Does.Contain("; only the layers have sneaky 1, ").And.Contain(" and 5 more"));
            Assert.That(absent.Message, Does.EndWith("; only the image names zip 3"));
        }
    }

    [Test]
    public void A_distribution_that_only_a_layer_has_is_named()
    {
        var found = Findings(null, Python("sneaky", "1.0"), Python("sneaky", "1.0"));
        var list = ((ContentsReading.Listed)LayerCheck.Apply(new ContentsReading.Listed(Own), found)).List;
        Assert.That(list.Layers!.Unlisted.Select(p => $"{p.Name} {p.Version}"), Is.EqualTo(["sneaky 1.0"]));
    }

    [Test]
    public void Without_layers_the_image_is_taken_at_its_word()
    {
        ContentsReading reading = new ContentsReading.Listed(Own);
        Assert.That(LayerCheck.Apply(reading, null), Is.SameAs(reading));
    }

    [Test]
    public void What_is_written_into_a_log_is_read_from_it()
    {
        var written = Findings([Dpkg("openssl", "3.0"), .. Many("package", 3000)], Python("idna", "3.10"));
        var log = string.Join(
            '\n',
            LayersLog.Write(written, PackedList.Image).Prepend("Pushed x").Append("  sent").Append("")
        );
        var read = LayersLog.Read(log, PackedList.Image)!;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Dpkg!.Select(p => p.Text), Is.EqualTo(written.Dpkg!.Select(p => p.Text)));
            Assert.That(read.Python.Single().Name, Is.EqualTo("idna"));
            Assert.That((read.Read, read.Unread), Is.EqualTo((2, 1)));
            Assert.That(LayersLog.Read(log, PackedList.Other), Is.Null, "of another image");
            Assert.That(LayersLog.Read(log[..^20], PackedList.Image), Is.Null, "cut");
            Assert.That(LayersLog.Read(null, PackedList.Image), Is.Null);
        }
    }

    private static bool Same(LayersRead one, LayersRead other) =>
        (one.Read, one.Unread) == (other.Read, other.Unread) && one.Unlisted.SequenceEqual(other.Unlisted);

    private static LayerFindings Findings(IReadOnlyList<Package>? dpkg, params Package[] python) =>
        new(dpkg, python, 2, 1);

    private static IEnumerable<Package> Many(string name, int count) =>
        Enumerable.Range(0, count).Select(n => Dpkg($"{name}-{n}", "1"));

    private static Package Dpkg(string name, string version) =>
        PackageText.Package(PackageKind.Dpkg, name, version, "amd64")!;

    private static Package Python(string name, string version) =>
        PackageText.Package(PackageKind.Python, name, version, "")!;
}
