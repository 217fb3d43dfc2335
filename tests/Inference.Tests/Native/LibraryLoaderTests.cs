using GemmaInference.Native;

namespace Inference.Tests.Native;

internal sealed class LibraryLoaderTests
{
    [Test]
    public void What_is_missing_is_read_from_the_loaders_own_words() =>
        Assert.That(
            LibraryLoader.Missing(
                "Unable to load shared library '/x/torch/lib/libtorch_cuda.so' or one of its dependencies.\n"
                    + "libcublas.so.12: cannot open shared object file: No such file or directory\n"
            ),
            Is.EqualTo("libcublas.so.12")
        );

    [Test]
    public void Another_failure_names_no_library() =>
        Assert.That(
            LibraryLoader.Missing("/x/libc10.so: version `GLIBCXX_3.4.32' not found (required by /x/libc10.so)"),
            Is.Null
        );

    [Test]
    public void CUDAs_libraries_are_found_in_the_packages_beside_the_wheel()
    {
        using var scratch = new ScratchDirectory();
        var torchLib = Directory.CreateDirectory(scratch["torch/lib"]).FullName;
        Assert.That(LibraryLoader.Find("libcublas.so.12", torchLib), Is.Null);
        Directory.CreateDirectory(scratch["nvidia/cudnn/lib"]);
        var lib = Directory.CreateDirectory(scratch["nvidia/cublas/lib"]).FullName;
        File.WriteAllText(Path.Combine(lib, "libcublas.so.12"), "");
        Assert.That(LibraryLoader.Find("libcublas.so.12", torchLib), Is.EqualTo(Path.Combine(lib, "libcublas.so.12")));
    }

    [Test]
    public void A_library_that_is_none_is_named_with_the_reason()
    {
        using var scratch = new ScratchDirectory();
        File.WriteAllText(scratch["libx.so"], "no library");
        Assert.That(
            () => LibraryLoader.Open(scratch["libx.so"], scratch.Path),
            Throws
                .TypeOf<InferenceException>()
                .With.Message.StartsWith(scratch["libx.so"])
                .And.Message.Contains("could not be loaded")
        );
    }
}
