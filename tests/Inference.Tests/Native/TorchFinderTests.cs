using GemmaInference.Native;

namespace Inference.Tests.Native;

[TestFixture]
internal sealed class TorchFinderTests
{
    [Test]
    public void What_the_base_image_recorded_is_believed_before_python()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["record"], Wheel(scratch, "a", "2.10.0+cu128") + "\n");
        var found = TorchFinder.Find(null, scratch["record"], () => Wheel(scratch, "b", "2.10.1"));
        Assert.That(found.Version, Is.EqualTo("2.10.0+cu128"));
        Assert.That(found.Demand(), Is.SameAs(found));
    }

    [Test]
    public void The_override_is_believed_before_all()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["record"], "/nowhere");
        Assert.That(
            TorchFinder.Find(Wheel(scratch, "a", "2.10.3"), scratch["record"], () => null).Version,
            Is.EqualTo("2.10.3")
        );
    }

    [Test]
    public void Python_is_asked_where_nothing_was_recorded()
    {
        using var scratch = new ScratchDirectory();
        Assert.That(
            TorchFinder.Find("", scratch["none"], () => Wheel(scratch, "b", "2.10.1")).Source,
            Is.EqualTo("python3")
        );
    }

    [Test]
    public void A_record_of_a_directory_without_libtorch_is_an_error_that_names_it()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["record"], scratch.Path);
        Assert.That(
            () => TorchFinder.Find(null, scratch["record"], () => null),
            Throws.TypeOf<InferenceException>().With.Message.Contains(scratch.Path)
        );
    }

    [Test]
    public void Nothing_found_says_where_it_was_sought()
    {
        Assert.That(
            () => TorchFinder.Find(null, "/none/path", () => null),
            Throws.TypeOf<InferenceException>().With.Message.Contains("/none/path")
        );
    }

    [TestCase("2.9.1")]
    [TestCase("2.1.0")]
    [TestCase("1.13.1+cpu")]
    [TestCase("unknown")]
    public void One_before_the_interface_is_refused_by_version(string version)
    {
        var found = new TorchInstallation("/x", version, "test");
        Assert.That(() => found.Demand(), Throws.TypeOf<InferenceException>().With.Message.Contains(version));
    }

    [TestCase("2.10.0")]
    [TestCase("2.10.0+cu128")]
    [TestCase("2.13.0a0+git1234567")]
    [TestCase("2.100.0")]
    public void All_from_there_on_are_taken(string version)
    {
        var found = new TorchInstallation("/x", version, "test");
        Assert.That(found.Demand(), Is.SameAs(found));
    }

    [Test]
    public void The_package_of_these_tests_says_its_version_by_its_path()
    {
        Assert.That(
            TorchFinder.Find(TorchForTests.PackageDirectory, "/none", () => null).Version,
            Is.EqualTo("2.10.0")
        );
    }

    private static string Wheel(ScratchDirectory scratch, string name, string version)
    {
        var lib = Directory.CreateDirectory(Path.Combine(scratch[name], "lib")).FullName;
        File.WriteAllText(Path.Combine(lib, "libtorch_cpu.so"), "");
        File.WriteAllText(
            Path.Combine(scratch[name], "version.py"),
            $"from typing import Optional\n__version__ = '{version}'\ncuda: Optional[str] = '12.8'\n"
        );
        return lib;
    }
}
