using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Inference.Tests.Fetch;

/// <summary>A model comes from an image's layers or an artefact's files, and nothing is written outside it.</summary>
[TestFixture]
internal sealed class OciFetchTests
{
    private const string Tar = "application/vnd.oci.image.layer.v1.tar";

    [Test]
    public async Task The_files_of_an_artefact_come_by_their_titles()
    {
        await using var run = await FetchRun.StartAsync();
        await using var registry = await TinyRegistry.StartAsync();
        var source = registry.Push([
            .. TinyFiles().Select(file => ("application/octet-stream", file.Bytes, (string?)file.Name)),
        ]);
        Assert.That(await run.FetchAsync(source, run.Bound), Is.Zero, run.Host.Error.ToString());
        run.DemandWhole();
        Assert.That(run.Outcome.GetProperty("digest").GetString(), Is.EqualTo(source[(source.IndexOf('@') + 1)..]));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_folder_of_an_image_comes_with_its_whiteouts_and_links(bool gzip)
    {
        await using var run = await FetchRun.StartAsync();
        await using var registry = await TinyRegistry.StartAsync("user:pass");
        var below = Pack(
            [
                File("models/old/x", "x"),
                File("models/gone.txt", "x"),
                File("etc/passwd", "x"),
                new PaxTarEntry(TarEntryType.SymbolicLink, "bin") { LinkName = "/usr/bin" },
                .. TinyFiles().Select(file => File($"models/{file.Name}", file.Bytes)),
            ],
            gzip
        );
        var above = Pack(
            [
                File("models/.wh.gone.txt", ""),
                File("models/old/.wh..wh..opq", ""),
                File("models/old/y", "y"),
                new PaxTarEntry(TarEntryType.SymbolicLink, "models/old/link") { LinkName = "../config.json" },
                new PaxTarEntry(TarEntryType.HardLink, "models/copy.json") { LinkName = "models/config.json" },
            ],
            gzip
        );
        var type = gzip ? Tar + "+gzip" : Tar;
        var image = registry.Index(registry.Push((type, below, null), (type, above, null)), "amd64");
        var login = Convert.ToBase64String("user:pass"u8);
        var auth = run.Write("auth", "{\"auths\":{\"" + registry.Host + "\":{\"auth\":\"" + login + "\"}}}");
        Assert.That(
            await run.FetchAsync(image + "#models", run.Bound, "--registry-auth-file", auth),
            Is.Zero,
            run.Host.Error.ToString()
        );
        run.DemandWhole();
        Assert.That(System.IO.File.Exists(Path.Combine(run.Target, "gone.txt")), Is.False);
        Assert.That(System.IO.File.Exists(Path.Combine(run.Target, "old/x")), Is.False);
        Assert.That(System.IO.File.Exists(Path.Combine(run.Target, "old/y")));
        Assert.That(System.IO.File.Exists(Path.Combine(run.Target, "old/link")));
        Assert.That(
            await System.IO.File.ReadAllBytesAsync(Path.Combine(run.Target, "copy.json")),
            Is.EqualTo(TinyFiles().Single(file => file.Name == "config.json").Bytes)
        );
        Assert.That(await run.FetchAsync(image + "#models", run.Bound), Is.Zero, "it is there, no login needed");
    }

    private static IEnumerable<TestCaseData> Hostile()
    {
        yield return Case("Above_the_root", File("../evil", "x"));
        yield return Case("Absolute", File("/evil", "x"));
        yield return Case("Within_a_name", File("a/../../evil", "x"));
        yield return Case("A_link_out", new PaxTarEntry(TarEntryType.SymbolicLink, "a") { LinkName = "../../evil" });
        yield return Case("An_absolute_link", new PaxTarEntry(TarEntryType.SymbolicLink, "a") { LinkName = "/etc" });
        yield return Case("A_hard_link_out", new PaxTarEntry(TarEntryType.HardLink, "a") { LinkName = "../evil" });
        yield return Case("A_pipe", new PaxTarEntry(TarEntryType.Fifo, "a"));
        yield return Case("A_device", new PaxTarEntry(TarEntryType.CharacterDevice, "a"));
        yield return Case(
            "Through_a_link",
            new PaxTarEntry(TarEntryType.Directory, "real"),
            new PaxTarEntry(TarEntryType.SymbolicLink, "a") { LinkName = "real" },
            File("a/evil", "x")
        );
        yield return Case("The_marker", File(".gemma-model.json", "{}"));

        static TestCaseData Case(string name, params TarEntry[] entries) =>
            new TestCaseData([entries]).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Hostile))]
    public async Task Hostile_archives_are_refused(TarEntry[] entries)
    {
        await using var run = await FetchRun.StartAsync();
        await using var registry = await TinyRegistry.StartAsync();
        Assert.That(await run.FetchAsync(registry.Push((Tar, Pack(entries, false), null)), run.Bound), Is.EqualTo(1));
        Assert.That(run.Reason, Is.EqualTo("Refused"), run.Message);
        Assert.That(Directory.Exists(run.Target), Is.False);
    }

    [Test]
    public async Task What_is_wrong_with_an_image_is_told()
    {
        await using var run = await FetchRun.StartAsync();
        await using var registry = await TinyRegistry.StartAsync();
        var tar = Pack([.. TinyFiles().Select(file => File(file.Name, file.Bytes))], gzip: false);
        await DemandAsync(registry.Push((Tar + "+zstd", tar, null)), "UnsupportedModel", "zstd");
        await DemandAsync(registry.Push(("application/x", tar, null)), "UnsupportedModel", "neither an archive");
        await DemandAsync(registry.Push(("application/x", tar, "../x")), "Refused", "'../x'");
        await DemandAsync(registry.Push((Tar, Pack([File("a", "b")], false), null)), "UnsupportedModel", "config.json");
        await DemandAsync(registry.Index(registry.Push((Tar, tar, null)), "arm64"), "UnsupportedModel", "linux/amd64");
        await DemandAsync($"oci://{registry.Host}/team/model@sha256:{new string('1', 64)}", "NotFound", "manifest");
        var config = TinyFiles().Single(file => file.Name == "config.json").Bytes;
        await DemandAsync(registry.Push((Tar, Pack([File("config.json", config)], false), null)), "NoSafetensors", "");
        var good = registry.Push((Tar, tar, null));
        registry.Spoil(tar);
        await DemandAsync(good, "HashMismatch", "isn't what its digest says");

        async Task DemandAsync(string source, string reason, string says)
        {
            Assert.That(await run.FetchAsync(source, run.Bound), Is.EqualTo(1));
            Assert.That(run.Reason, Is.EqualTo(reason), run.Message);
            Assert.That(run.Message, Does.Contain(says));
            Assert.That(Directory.Exists(run.Target), Is.False);
        }
    }

    [TestCase(0, null)]
    [TestCase(1, "it ends within 'last'")]
    public async Task An_archive_that_its_writer_left_open_is_read_to_its_last_file(int cutOff, string? says)
    {
        // As umoci's insert leaves it: no padding behind the last file, no two empty blocks.
        await using var run = await FetchRun.StartAsync();
        await using var registry = await TinyRegistry.StartAsync();
        var last = File("last", "17 bytes of text.");
        var whole = Pack([.. TinyFiles().Select(file => File(file.Name, file.Bytes)), last], gzip: false);
        var open = whole[..^(1024 + 512 - 17 + cutOff)];
        Assert.That(open[^1], Is.EqualTo(cutOff == 0 ? '.' : 't'));
        Assert.That(await run.FetchAsync(registry.Push((Tar, open, null)), run.Bound), Is.EqualTo(cutOff));
        if (says is not null)
        {
            Assert.That(run.Reason, Is.EqualTo("UnsupportedModel"));
            Assert.That(run.Message, Does.Contain(says));
        }
    }

    [Test]
    public async Task A_registry_that_wants_a_login_says_so()
    {
        await using var run = await FetchRun.StartAsync();
        await using var registry = await TinyRegistry.StartAsync("user:pass");
        var source = registry.Push(("application/x", [1], "a"));
        Assert.That(await run.FetchAsync(source, run.Bound), Is.EqualTo(1));
        Assert.That((run.Reason, run.Message), Is.EqualTo(("Unauthorized", run.Message)));
        Assert.That(run.Message, Does.Contain("--registry-auth-file"));
    }

    private static IReadOnlyList<(string Name, byte[] Bytes)> TinyFiles() =>
        [
            .. FetchRun
                .Tiny()
                .Select(file =>
                {
                    var bytes = new byte[file.Size];
                    file.Read(0, bytes);
                    return (file.Path, bytes);
                }),
        ];

    private static TarEntry File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    private static PaxTarEntry File(string name, byte[] content) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };

    private static byte[] Pack(IEnumerable<TarEntry> entries, bool gzip)
    {
        using var packed = new MemoryStream();
        using (var stream = gzip ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : (Stream)packed)
        using (var tar = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                tar.WriteEntry(entry);
            }

            tar.Dispose();
            if (gzip)
            {
                stream.Dispose();
            }

            return packed.ToArray();
        }
    }
}
