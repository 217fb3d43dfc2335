using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using GemmaOperator.Hosting;
using GemmaOperator.Registry.Access;
using GemmaOperator.Registry.Client;
using GemmaOperator.Registry.Manifests;
using GemmaOperator.Registry.Push;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Registry.Push;

/// <summary>Archives as tools write them, pushed to a real registry.</summary>
internal sealed class PushTests
{
    private static readonly byte[] Layer = Encoding.UTF8.GetBytes(new string('l', 200_000));
    private static readonly byte[] Config = """{"architecture":"amd64","os":"linux"}"""u8.ToArray();

    private static string Manifest =>
        $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Entry(
                MediaTypes.OciConfig,
                Config
            )}},
            "layers":[{{Entry(MediaTypes.OciLayerGzip, Layer)}}]}
            """;

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_archive_arrives_under_its_own_digest(bool gzipped)
    {
        await using var registry = await RealRegistry.StartAsync();
        using var archive = new TemporaryFile();
        Write(archive.Path, gzipped, Blobs());
        var reference = $"{registry.Host}/team/image:1.2";

        var (code, said, told) = await RunAsync(archive.Path, reference, "--insecure");
        var (again, _, toldAgain) = await RunAsync(archive.Path, reference, "--insecure");

        using var http = new HttpClient();
        var client = new RegistryClient(
            http,
            RegistryAccess.Anonymous with
            {
                InsecureHosts = [registry.Host],
            },
            TimeProvider.System
        );
        var found = await client.ResolveAsync(ImageReference.Parse(reference), CancellationToken.None);
        using (Assert.EnterMultipleScope())
        {
            Assert.That((code, again), Is.EqualTo((0, 0)), told);
            Assert.That(said.Trim(), Is.EqualTo($"{registry.Host}/team/image@{found.Digest}"));
            Assert.That(found.Digest, Is.EqualTo(ImageDigest.Of(Encoding.UTF8.GetBytes(Manifest))));
            Assert.That(told, Does.Contain("sent"));
            Assert.That(toldAgain, Does.Not.Contain("sent").And.Contain("is there"));
        }
    }

    [Test]
    public async Task Without_a_login_it_says_how_to_log_in()
    {
        await using var registry = await RealRegistry.StartAsync(RealRegistryTests.Htpasswd);
        using var archive = new TemporaryFile();
        Write(archive.Path, gzipped: false, Blobs());
        var (code, said, told) = await RunAsync(archive.Path, $"{registry.Host}/team/image:1", "--insecure");
        Assert.That((code, said), Is.EqualTo((1, "")));
        Assert.That(
            told.TrimEnd().Split('\n'),
            Has.Length.EqualTo(1).And.All.Contains($"docker login {registry.Host}")
        );
    }

    private static readonly TestCaseData[] Broken =
    [
        new TestCaseData(
            (object)new (string, byte[])[] { ("manifest.json", "[]"u8.ToArray()) },
            "skopeo copy docker-archive"
        ).SetName("A_Docker_archive_is_called_one"),
        new TestCaseData((object)new (string, byte[])[] { ("readme", "x"u8.ToArray()) }, "no index.json").SetName(
            "Another_tar_is_no_archive"
        ),
        new TestCaseData(
            (object)new (string, byte[])[] { ("index.json", """{"manifests":[]}"""u8.ToArray()) },
            "0 images, not one"
        ).SetName("An_empty_archive_is_refused"),
        new TestCaseData((object)Blobs()[..1], "lacks its manifest").SetName("A_manifest_that_is_missing_is_told"),
        new TestCaseData(
            (object)new (string, byte[])[] { Blobs()[0], (Blobs()[1].Item1, "other"u8.ToArray()) },
            "isn't what its digest says"
        ).SetName("A_manifest_that_was_changed_is_refused"),
    ];

    [TestCaseSource(nameof(Broken))]
    public async Task A_broken_archive_is_one_line(object entries, string told)
    {
        using var archive = new TemporaryFile();
        Write(archive.Path, gzipped: false, ((string, byte[])[])entries);
        var (code, _, said) = await RunAsync(archive.Path, "registry.example/team/image:1");
        Assert.That(code, Is.EqualTo(1));
        Assert.That(said.TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.All.Contains(told));
    }

    [Test]
    public async Task A_file_that_is_no_tar_or_not_there_is_one_line()
    {
        using var file = new TemporaryFile();
        await File.WriteAllTextAsync(file.Path, new string('x', 2000));
        foreach (var path in new[] { file.Path, file.Path + ".gone" })
        {
            var (code, _, said) = await RunAsync(path, "registry.example/team/image:1");
            Assert.That(code, Is.EqualTo(1));
            Assert.That(
                said.TrimEnd().Split('\n'),
                Has.Length.EqualTo(1).And.All.StartsWith("gemma-operator push: ").And.All.Contains(file.Path)
            );
        }
    }

    [TestCase("registry.example/Team/image:1", "reference: ")]
    [TestCase(
        "registry.example/team/image@sha256:0000000000000000000000000000000000000000000000000000000000000000",
        "has a digest"
    )]
    public async Task A_reference_that_cannot_be_pushed_to_is_a_usage_error(string reference, string told)
    {
        using var errors = new StringWriter();
        var code = await CommandLine.RunAsync(
            ["push", "archive.tar", reference],
            errors,
            (_, _) => throw new InvalidOperationException("it must not run")
        );
        Assert.That(code, Is.EqualTo(2));
        Assert.That(errors.ToString().TrimEnd().Split('\n'), Has.Length.EqualTo(1).And.All.Contains(told));
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await PushCommand.Make(TimeProvider.System, output, errors).Parse(arguments).InvokeAsync();
        return (code, output.ToString(), errors.ToString());
    }

    private static (string, byte[])[] Blobs()
    {
        var manifest = Encoding.UTF8.GetBytes(Manifest);
        var index = $$"""{"schemaVersion":2,"manifests":[{{Entry(MediaTypes.OciManifest, manifest)}}]}""";
        return
        [
            ("index.json", Encoding.UTF8.GetBytes(index)),
            (Name(manifest), manifest),
            (Name(Config), Config),
            // Some tools write names so.
            ("./" + Name(Layer), Layer),
        ];
    }

    private static void Write(string path, bool gzipped, IEnumerable<(string Name, byte[] Content)> entries)
    {
        using var file = File.Create(path);
        using Stream stream = gzipped ? new GZipStream(file, CompressionLevel.Fastest) : file;
        using var tar = new TarWriter(stream, TarEntryFormat.Pax);
        foreach (var (name, content) in entries)
        {
            using var data = new MemoryStream(content);
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = data });
        }
    }

    private static string Name(byte[] content) => $"blobs/sha256/{ImageDigest.Of(content).Hex}";

    private static string Entry(string type, byte[] content) =>
        $$"""{"mediaType":"{{type}}","digest":"{{ImageDigest.Of(content)}}","size":{{content.Length}}}""";

    private sealed class TemporaryFile : IDisposable
    {
        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
