using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GemmaInference.Native;

namespace GemmaInference.Image;

/// <summary>
/// Packs a published application into an OCI archive (image-spec 1.1, image layout in a tar) with one layer that holds
/// nothing outside <c>/app</c>: no base image is downloaded, since the operator lays the layer over its own base. The
/// same files give the same digest.
/// </summary>
internal static class LayersImage
{
    private const string OwnLayersLabel = "gemmaoperator.io/own-layers";

    /// <summary>The operator refuses to lay the server on a base with another PyTorch than this range.</summary>
    private const string LibtorchLabel = "gemmaoperator.io/libtorch";

    /// <summary>Says that it can't start without weights at MODEL_PATH.</summary>
    private const string ModelLabel = "gemmaoperator.io/model";

    /// <summary>Says that its entrypoint understands the command <c>fetch</c>, in this version of its words.</summary>
    private const string FetchLabel = "gemmaoperator.io/fetch";

    /// <summary>
    /// The operator refuses weights of another <c>model_type</c> beforehand; the same kinds as
    /// <c>GemmaConfigReader</c> knows, in order.
    /// </summary>
    private const string ModelTypesLabel = "gemmaoperator.io/model-types";

    private const string ModelTypes =
        "gemma,gemma2,gemma3,gemma3_text,gemma4,gemma4_text,gemma4_unified,gemma4_unified_text";

    private const string User = "10001:10001";
    private const int UserId = 10001;

    private const UnixFileMode Executable =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private const UnixFileMode Plain =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <param name="directory">A self-contained publish for linux-x64.</param>
    /// <param name="archive">The file to write; it takes about the compressed size in memory.</param>
    /// <returns>The manifest's digest.</returns>
    public static string Write(string directory, string archive)
    {
        var (layer, diffId) = Layer(directory);
        var config = Bytes(Config(diffId));
        var manifest = Bytes(
            new JsonObject
            {
                ["schemaVersion"] = 2,
                ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
                ["config"] = Descriptor("application/vnd.oci.image.config.v1+json", config),
                ["layers"] = new JsonArray(Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer)),
            }
        );
        var named = Descriptor("application/vnd.oci.image.manifest.v1+json", manifest);
        named["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "latest" };
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.index.v1+json",
            ["manifests"] = new JsonArray(named),
        };
        using var file = File.Create(archive);
        using var tar = new TarWriter(file, TarEntryFormat.Ustar);
        Add(tar, "oci-layout", Bytes(new JsonObject { ["imageLayoutVersion"] = "1.0.0" }), Plain);
        Add(tar, "index.json", Bytes(index), Plain);
        byte[][] blobs = [layer, config, manifest];
        foreach (var blob in blobs)
        {
            Add(tar, $"blobs/sha256/{Digest(blob)[7..]}", blob, Plain);
        }

        return Digest(manifest);
    }

    private static (byte[] Layer, string DiffId) Layer(string directory)
    {
        using var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(Owned(new UstarTarEntry(TarEntryType.Directory, "app/") { Mode = Executable }));
            foreach (var path in Directory.EnumerateFiles(directory).Where(IsNeeded).Order(StringComparer.Ordinal))
            {
                using var data = File.OpenRead(path);
                var mode = Path.GetFileName(path) is "gemma-inference" ? Executable : Plain;
                tar.WriteEntry(
                    Owned(
                        new UstarTarEntry(TarEntryType.RegularFile, $"app/{Path.GetFileName(path)}")
                        {
                            Mode = mode,
                            DataStream = data,
                        }
                    )
                );
            }
        }

        var uncompressed = plain.GetBuffer().AsSpan(0, (int)plain.Length);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            gzip.Write(uncompressed);
        }

        return (packed.ToArray(), Digest(uncompressed));
    }

    /// <summary>Keeps debuggers' and profilers' files outside; a container without a shell can't use them.</summary>
    private static bool IsNeeded(string path) =>
        Path.GetExtension(path) is not (".pdb" or ".xml")
        && Path.GetFileName(path)
            is not (
                "createdump"
                or "libmscordaccore.so"
                or "libmscordbi.so"
                or "libcoreclrtraceptprovider.so"
                or "libclrgcexp.so"
            );

    private static JsonObject Config(string diffId) =>
        new()
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject
            {
                ["User"] = User,
                ["ExposedPorts"] = new JsonObject { ["8080/tcp"] = new JsonObject() },
                ["Entrypoint"] = new JsonArray("/app/gemma-inference"),
                ["WorkingDir"] = "/app",
                ["Labels"] = new JsonObject
                {
                    [OwnLayersLabel] = "1",
                    [LibtorchLabel] = TorchInstallation.Range,
                    [ModelLabel] = "required",
                    [FetchLabel] = "1",
                    [ModelTypesLabel] = ModelTypes,
                },
            },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(diffId) },
            ["history"] = new JsonArray(new JsonObject { ["created_by"] = "gemma-inference write-image" }),
        };

    private static void Add(TarWriter tar, string name, byte[] content, UnixFileMode mode)
    {
        using var data = new MemoryStream(content);
        tar.WriteEntry(Owned(new UstarTarEntry(TarEntryType.RegularFile, name) { Mode = mode, DataStream = data }));
    }

    private static UstarTarEntry Owned(UstarTarEntry entry)
    {
        entry.ModificationTime = DateTimeOffset.UnixEpoch;
        entry.Uid = entry.Gid = UserId;
        return entry;
    }

    private static JsonObject Descriptor(string type, byte[] content) =>
        new()
        {
            ["mediaType"] = type,
            ["digest"] = Digest(content),
            ["size"] = content.Length,
        };

    private static byte[] Bytes(JsonObject json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

    private static string Digest(ReadOnlySpan<byte> content) =>
        "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
}
