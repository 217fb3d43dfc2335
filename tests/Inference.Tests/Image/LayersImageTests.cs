using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Xml.Linq;
using GemmaInference.Image;
using GemmaInference.Model;

namespace Inference.Tests.Image;

[TestFixture]
internal sealed class LayersImageTests
{
    [Test]
    public void The_one_layer_holds_app_and_nothing_else()
    {
        using var scratch = new ScratchDirectory();
        var blobs = Pack(scratch, "a.tar", out var digest);
        var manifest = JsonDocument.Parse(blobs[digest]).RootElement;
        var layers = manifest.GetProperty("layers").EnumerateArray().ToList();
        Assert.That(layers, Has.Count.EqualTo(1));
        using var plain = new MemoryStream();
        using (
            var gzip = new GZipStream(
                new MemoryStream(blobs[layers[0].GetProperty("digest").GetString()!]),
                CompressionMode.Decompress
            )
        )
        {
            gzip.CopyTo(plain);
        }

        var config = JsonDocument
            .Parse(blobs[manifest.GetProperty("config").GetProperty("digest").GetString()!])
            .RootElement;
        Assert.That(
            config.GetProperty("rootfs").GetProperty("diff_ids")[0].GetString(),
            Is.EqualTo("sha256:" + Convert.ToHexStringLower(SHA256.HashData(plain.ToArray())))
        );
        Assert.That(Labels(config), Is.EqualTo(ProjectLabels()));
        Assert.That(
            ProjectLabels(),
            Is.EqualTo(
                new SortedDictionary<string, string>(StringComparer.Ordinal)
                {
                    ["gemmaoperator.io/fetch"] = "1",
                    ["gemmaoperator.io/libtorch"] = ">=2.10,<3",
                    ["gemmaoperator.io/model"] = "required",
                    ["gemmaoperator.io/model-types"] = string.Join(',', GemmaConfigReader.ModelTypes),
                    ["gemmaoperator.io/own-layers"] = "1",
                }
            )
        );
        Assert.That(config.GetProperty("config").GetProperty("User").GetString(), Is.EqualTo("10001:10001"));
        plain.Position = 0;
        using var tar = new TarReader(plain);
        var entries = new List<(string Name, bool Runs)>();
        while (tar.GetNextEntry() is { } entry)
        {
            entries.Add((entry.Name, (entry.Mode & UnixFileMode.OtherExecute) != 0));
        }

        Assert.That(entries, Is.EqualTo(new[] { ("app/", true), ("app/gemma-inference", true), ("app/x.dll", false) }));
    }

    [Test]
    public void The_same_files_give_the_same_digest()
    {
        using var scratch = new ScratchDirectory();
        Pack(scratch, "a.tar", out var first);
        File.SetLastWriteTimeUtc(Path.Combine(scratch["app"], "x.dll"), DateTime.UnixEpoch);
        Pack(scratch, "b.tar", out var second);
        Assert.That(second, Is.EqualTo(first));
    }

    private static SortedDictionary<string, string> Labels(JsonElement config) =>
        new(
            config
                .GetProperty("config")
                .GetProperty("Labels")
                .EnumerateObject()
                .ToDictionary(label => label.Name, label => label.Value.GetString()!),
            StringComparer.Ordinal
        );

    /// <summary>The labels of the image that <c>dotnet publish -t:PublishContainer</c> makes.</summary>
    private static SortedDictionary<string, string> ProjectLabels()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "GemmaOperator.sln")))
        {
            folder = folder.Parent;
        }

        var project = XDocument.Load(Path.Combine(folder.FullName, "inference", "GemmaInference.csproj"));
        return new SortedDictionary<string, string>(
            project
                .Descendants("ContainerLabel")
                .ToDictionary(label => label.Attribute("Include")!.Value, label => label.Attribute("Value")!.Value),
            StringComparer.Ordinal
        );
    }

    private static Dictionary<string, byte[]> Pack(ScratchDirectory scratch, string archive, out string digest)
    {
        Directory.CreateDirectory(scratch["app"]);
        string[] files = ["x.dll", "x.pdb", "gemma-inference"];
        foreach (var file in files)
        {
            File.WriteAllText(Path.Combine(scratch["app"], file), file);
        }

        digest = LayersImage.Write(scratch["app"], scratch[archive]);
        using var tar = new TarReader(File.OpenRead(scratch[archive]));
        var blobs = new Dictionary<string, byte[]>();
        while (tar.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream!.CopyTo(content);
            if (!entry.Name.StartsWith("blobs/", StringComparison.Ordinal))
            {
                continue;
            }

            blobs["sha256:" + Path.GetFileName(entry.Name)] = content.ToArray();
            Assert.That(
                Convert.ToHexStringLower(SHA256.HashData(content.ToArray())),
                Is.EqualTo(Path.GetFileName(entry.Name))
            );
        }

        return blobs;
    }
}
