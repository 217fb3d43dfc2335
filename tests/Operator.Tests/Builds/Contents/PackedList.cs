using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Contents;

/// <summary>Packs a list as the program in an image does, and spoils it where a test says so.</summary>
internal static class PackedList
{
    public static readonly ImageDigest Image = ImageDigest.Of("image"u8);
    public static readonly ImageDigest Other = ImageDigest.Of("another"u8);

    public static JsonObject Json(params JsonArray[] dpkg) =>
        new()
        {
            ["v"] = 1,
            ["digest"] = Image.ToString(),
            ["os"] = new JsonObject
            {
                ["id"] = "ubuntu",
                ["version"] = "24.04",
                ["name"] = "Ubuntu",
            },
            ["cudaArch"] = "sm_90",
            ["libtorchBytes"] = 7,
            ["diskBytes"] = 8,
            ["unsupported"] = new JsonArray(),
            ["packages"] = new JsonObject { ["dpkg"] = new JsonArray([.. dpkg]) },
        };

    /// <summary>Reads a list whose JSON is given, through a log with other lines in it.</summary>
    public static ContentsReading Read(string json)
    {
        var (message, log) = Pack(Encoding.UTF8.GetBytes(json));
        return ContentsLog.Read(message, log, Image);
    }

    public static PackageList List(params (string Name, string Version)[] dpkg) =>
        (
            (ContentsReading.Listed)Read(
                Json([.. dpkg.Select(p => new JsonArray(p.Name, p.Version, "amd64"))]).ToJsonString()
            )
        ).List;

    public static (string Message, string Log) Pack(byte[] content, int entries = 1)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            zlib.Write(content);
        }

        return Anchor(Convert.ToBase64String(packed.ToArray()), entries);
    }

    public static (string Message, string Log) Anchor(string text, int entries = 1)
    {
        var lines = text.Chunk(Math.Max(60, text.Length / 100)).Select(c => ContentsLog.Mark + new string(c)).ToList();
        var message = new JsonObject
        {
            ["contents"] = new JsonObject
            {
                ["count"] = entries,
                ["lines"] = lines.Count,
                ["hash"] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            },
        };
        return (message.ToJsonString(), "first\n" + string.Join("\nnoise in between\n", lines) + "\nlast\n");
    }
}
