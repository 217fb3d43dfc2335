using GemmaInference.Native;

namespace Inference.Tests.Native;

[TestFixture]
internal sealed class ElfVersionNeedsTests
{
    private static readonly string Bridge = Path.Combine(
        AppContext.BaseDirectory,
        "runtimes",
        "linux-x64",
        "native",
        "libLibTorchSharp.so"
    );

    [Test]
    public void The_bridges_needs_are_read()
    {
        var needs = ElfVersionNeeds.Read(File.ReadAllBytes(Bridge), Bridge);
        Assert.That(
            needs.Select(need => (need.Library, need.Version)),
            Does.Contain(("libstdc++.so.6", "GLIBCXX_3.4.32"))
        );
        Assert.That(needs.Select(need => (need.Library, need.Version)), Does.Contain(("libc.so.6", "GLIBC_2.34")));
        Assert.That(needs.All(need => !need.Weak));
    }

    [Test]
    public void Weakening_changes_that_need_alone()
    {
        var original = File.ReadAllBytes(Bridge);
        var chosen = ElfVersionNeeds.Read(original, Bridge).Single(need => need.Version == "GLIBCXX_3.4.32");
        var copy = ElfVersionNeeds.Weaken(original, [chosen]);
        Assert.That(
            ElfVersionNeeds.Read(copy, Bridge).Where(need => need.Weak).Select(need => need.Version),
            Is.EqualTo(new[] { "GLIBCXX_3.4.32" })
        );
        Assert.That(copy.Index().Count(pair => pair.Item != original[pair.Index]), Is.EqualTo(1));
    }

    [Test]
    public void Bytes_that_are_no_library_are_refused()
    {
        Assert.That(
            () => ElfVersionNeeds.Read("#!/bin/sh"u8, "x.so"),
            Throws.TypeOf<InferenceException>().With.Message.Contains("not a 64-bit")
        );
    }

    [Test]
    public void A_library_cut_short_is_refused()
    {
        var half = File.ReadAllBytes(Bridge).AsSpan(0, 4096).ToArray();
        Assert.That(
            () => ElfVersionNeeds.Read(half, "x.so"),
            Throws.TypeOf<InferenceException>().With.Message.Contains("cut short")
        );
    }
}
