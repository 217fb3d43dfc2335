using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.Nodes;

namespace StandIns;

/// <summary>
/// Stands in for a candidate's list of packages, in the form in which the real program writes it: lines of the log, and
/// their hash in the report.
/// </summary>
public static class SimulatedContents
{
    /// <summary>
    /// Returns what a simulated image holds: what its declared versions stand for, and one package whose version is the
    /// image's own, as if the distribution had brought updates whenever an image is built.
    /// </summary>
    /// <param name="pytorch">The version that the base declares.</param>
    /// <param name="digest">The image's digest.</param>
    public static IReadOnlyList<SimulatedPackage> Of(string pytorch, string digest) =>
        [
            new("dpkg", "base-files", "13ubuntu10", "amd64"),
            new("dpkg", "openssl", "3.0.13-0ubuntu3.5", "amd64"),
            new("dpkg", "simulated-updates", $"1.{digest.Split(':')[^1][..12]}", "all"),
            new("python", "torch", pytorch.Length > 0 ? pytorch : "0", "index"),
        ];

    /// <summary>Writes the list into the log, and returns what goes into the report.</summary>
    public static JsonObject Write(ContainerSpec container, string digest, IReadOnlyList<SimulatedPackage> packages)
    {
        var listed = new JsonObject
        {
            ["v"] = 1,
            ["digest"] = digest,
            ["os"] = new JsonObject
            {
                ["id"] = "ubuntu",
                ["version"] = "24.04",
                ["name"] = "Ubuntu 24.04 (simulated)",
            },
            ["cudaArch"] = "sm_80 sm_90",
            ["libtorchBytes"] = 4_000_000_000,
            ["diskBytes"] = 9_000_000_000,
            ["unsupported"] = new JsonArray(),
            ["sources"] = true,
            ["packages"] = new JsonObject(
                packages
                    .GroupBy(p => p.Kind, StringComparer.Ordinal)
                    .Select(kind =>
                        KeyValuePair.Create(
                            kind.Key,
                            (JsonNode?)
                                new JsonArray([
                                    .. kind.Select(p => (JsonNode)new JsonArray(p.Name, p.Version, p.Detail, p.Source)),
                                ])
                        )
                    )
            ),
        };
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(Encoding.UTF8.GetBytes(listed.ToJsonString()));
        }

        var text = Convert.ToBase64String(packed.ToArray());
        var lines = text.Chunk(8000).Select(chunk => new string(chunk)).ToList();
        lines.ForEach(line => container.Log($"gemma-contents {line}"));
        return new JsonObject
        {
            ["count"] = packages.Count,
            ["lines"] = lines.Count,
            ["hash"] = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
        };
    }
}
