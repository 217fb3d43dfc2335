using System.IO.Compression;
using GemmaOperator.Api.Contents;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Steps.Scan;

/// <summary>
/// Renders a list of packages as the document that a scanner looks for vulnerabilities in: kilobytes, where the image
/// has gigabytes. It is made anew of what was read, so that no text of a registry gets into a scanner.
/// </summary>
internal static class ScanDocument
{
    /// <summary>Bounds a document that is unpacked, in bytes.</summary>
    public const int MostBytes = CycloneDx.MostBytes;

    /// <summary>Bounds a packed one, in characters: the API server takes 1 MiB of a ConfigMap's data.</summary>
    public const int MostPacked = (1 << 20) - 1024;

    /// <summary>Renders the document for one scanner.</summary>
    public static byte[] Render(PackageList list, ImageReference image, ScannerKind scanner) =>
        scanner switch
        {
            ScannerKind.Trivy => CycloneDx.Render(list, image, TrivyFamily(list.Os.Id)),
            ScannerKind.OSVScanner => CycloneDx.Render(Sources(list), image),
            _ => CycloneDx.Render(list, image),
        };

    /// <summary>Packs a document for a ConfigMap: gzip, in base64.</summary>
    public static string Pack(byte[] document)
    {
        using var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zip.Write(document);
        }

        return Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }

    /// <summary>Unpacks what <see cref="Pack"/> has packed.</summary>
    /// <exception cref="FormatException">It isn't that, or is longer than <see cref="MostBytes"/>.</exception>
    public static byte[] Unpack(string text)
    {
        try
        {
            using var packed = new MemoryStream(Convert.FromBase64String(text));
            using var zip = new GZipStream(packed, CompressionMode.Decompress);
            using var all = new MemoryStream();
            var piece = new byte[16 << 10];
            int read;
            while ((read = zip.Read(piece)) > 0)
            {
                if (all.Length + read > MostBytes)
                {
                    throw new FormatException($"it has more than {MostBytes} bytes");
                }

                all.Write(piece, 0, read);
            }

            return all.ToArray();
        }
        catch (InvalidDataException e)
        {
            throw new FormatException("it isn't packed as it should be", e);
        }
    }

    /// <summary>
    /// OSV's databases name source packages, and releases of Python distributions without a local version
    /// (2.10.0+cu128).
    /// </summary>
    private static PackageList Sources(PackageList list) =>
        PackageList.Of(list.Packages.Select(OsvPackage)) with
        {
            Os = list.Os,
        };

    private static Package OsvPackage(Package package) =>
        package.Kind switch
        {
            PackageKind.Python => package with
            {
                Version = package.Version.Split('+')[0],
                Source = new PackageSource(package.Name, package.Version.Split('+')[0]),
            },
            PackageKind.Rpm => package,
            _ => package with { Name = package.Source.Name, Version = package.Source.Version, Architecture = "source" },
        };

    /// <summary>Returns Trivy's own word for a system whose <c>os-release</c> has another.</summary>
    private static string TrivyFamily(string id) =>
        id switch
        {
            "rhel" => "redhat",
            "almalinux" => "alma",
            "amzn" => "amazon",
            "ol" => "oracle",
            _ => id,
        };
}
