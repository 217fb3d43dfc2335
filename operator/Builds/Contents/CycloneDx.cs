using System.Globalization;
using System.Text.Json;
using GemmaOperator.Api.Contents;
using GemmaOperator.Registry.References;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Renders a list of packages as a CycloneDX 1.6 document: what scanners read, and, in properties of our own, what the
/// next build is compared with. The same list gives the same bytes, so that storing it twice stores it once; hence
/// neither a time nor a serial number is in it.
/// </summary>
internal static class CycloneDx
{
    public const string MediaType = "application/vnd.cyclonedx+json";

    /// <summary>Bounds a document, in bytes: fifty thousand packages take some 20 MB.</summary>
    public const int MostBytes = 32 << 20;

    /// <summary>Begins the names of our own properties.</summary>
    public const string Own = "gemmaoperator.io:";

    public const string Kind = Own + "kind";
    public const string Architecture = Own + "architecture";
    public const string Origin = Own + "origin";
    public const string OsId = Own + "os.id";
    public const string OsVersion = Own + "os.version";
    public const string OsName = Own + "os.name";
    public const string CudaArchitecture = Own + "cudaArchitecture";
    public const string LibtorchBytes = Own + "libtorchBytes";
    public const string Unsupported = Own + "unsupported";
    public const string Unreadable = Own + "unreadable";

    /// <param name="list">The packages.</param>
    /// <param name="image">The image that holds them, by digest.</param>
    public static byte[] Render(PackageList list, ImageReference image)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("bomFormat", "CycloneDX");
            json.WriteString("specVersion", "1.6");
            json.WriteNumber("version", 1);
            WriteMetadata(json, list, image);
            json.WriteStartArray("components");
            foreach (var package in list.Packages)
            {
                WritePackage(json, package, list.Os);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void WriteMetadata(Utf8JsonWriter json, PackageList list, ImageReference image)
    {
        json.WriteStartObject("metadata");
        json.WriteStartObject("component");
        json.WriteString("type", "container");
        json.WriteString("name", image.Repository.ToString());
        json.WriteString("version", image.Digest!.ToString());
        json.WriteEndObject();
        json.WriteStartArray("properties");
        WriteProperty(json, OsId, list.Os.Id);
        WriteProperty(json, OsVersion, list.Os.Version);
        WriteProperty(json, OsName, list.Os.Name);
        foreach (var architecture in list.CudaArchitectures)
        {
            WriteProperty(json, CudaArchitecture, architecture);
        }

        WriteProperty(json, LibtorchBytes, list.LibtorchBytes.ToString(CultureInfo.InvariantCulture));
        foreach (var kind in list.Unsupported)
        {
            WriteProperty(json, Unsupported, kind.ToString());
        }

        WriteProperty(json, Unreadable, list.Unreadable.ToString(CultureInfo.InvariantCulture));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WritePackage(Utf8JsonWriter json, Package package, OsRelease os)
    {
        json.WriteStartObject();
        json.WriteString("type", "library");
        json.WriteString("name", package.Name);
        json.WriteString("version", package.Version);
        json.WriteString("purl", PackageUrl(package, os));
        json.WriteStartArray("properties");
        WriteProperty(json, Kind, package.Kind.ToString());
        WriteProperty(json, Architecture, package.Architecture);
        WriteProperty(json, Origin, package.Origin.Text);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("value", value);
        json.WriteEndObject();
    }

    /// <summary>Renders a package URL (purl specification: deb, rpm, apk and pypi).</summary>
    private static string PackageUrl(Package package, OsRelease os)
    {
        var version = Uri.EscapeDataString(package.Version);
        var name = Uri.EscapeDataString(package.Name);
        if (package.Kind == PackageKind.Python)
        {
            return $"pkg:pypi/{name}@{version}";
        }

        var type = package.Kind switch
        {
            PackageKind.Rpm => "rpm",
            PackageKind.Apk => "apk",
            _ => "deb",
        };
        var vendor = os.Id.Length > 0 ? os.Id : "linux";
        string[] qualifiers =
        [
            package.Architecture.Length > 0 ? $"arch={Uri.EscapeDataString(package.Architecture)}" : "",
            os.Version.Length > 0 ? $"distro={vendor}-{os.Version}" : "",
        ];
        var query = string.Join('&', qualifiers.Where(q => q.Length > 0));
        return $"pkg:{type}/{vendor}/{name.ToLowerInvariant()}@{version}" + (query.Length > 0 ? $"?{query}" : "");
    }
}
