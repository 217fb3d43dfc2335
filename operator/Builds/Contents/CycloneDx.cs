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
    public const string Source = Own + "source";

    /// <summary>Names the property that says that each package's source is in the document.</summary>
    public const string Sources = Own + "sources";

    /// <summary>Is what <see cref="Sources"/> says.</summary>
    public const string Listed = "listed";

    /// <summary>Is the type of the component that names the operating system: scanners look for it.</summary>
    public const string OperatingSystem = "operating-system";

    private const string TrivySource = "aquasecurity:trivy:SrcName";
    private const string TrivySourceVersion = "aquasecurity:trivy:SrcVersion";

    /// <param name="list">The packages.</param>
    /// <param name="image">The image that holds them, by digest.</param>
    /// <param name="os">How the operating system is called; null for its own id.</param>
    public static byte[] Render(PackageList list, ImageReference image, string? os = null)
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
            WriteOs(json, list.Os, os ?? list.Os.Id);
            for (var i = 0; i < list.Packages.Count; i++)
            {
                WritePackage(json, list.Packages[i], list.Os, i);
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
        WriteProperty(json, Sources, list.HasSources ? Listed : "");
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>
    /// Without it Trivy passes over all packages of the system, and Grype knows no distribution.
    /// </summary>
    private static void WriteOs(Utf8JsonWriter json, OsRelease os, string name)
    {
        if (name.Length == 0 || os.Version.Length == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("bom-ref", "os");
        json.WriteString("type", OperatingSystem);
        json.WriteString("name", name);
        json.WriteString("version", os.Version);
        json.WriteEndObject();
    }

    private static void WritePackage(Utf8JsonWriter json, Package package, OsRelease os, int number)
    {
        json.WriteStartObject();
        json.WriteString("bom-ref", string.Create(CultureInfo.InvariantCulture, $"p{number}"));
        json.WriteString("type", "library");
        json.WriteString("name", package.Name);
        json.WriteString("version", package.Version);
        json.WriteString("purl", PackageUrl(package, os));
        json.WriteStartArray("properties");
        WriteProperty(json, Kind, package.Kind.ToString());
        WriteProperty(json, Architecture, package.Architecture);
        WriteProperty(json, Origin, package.Origin.Text);
        if (HasSource(package))
        {
            WriteProperty(json, Source, PackageText.Of(package));
            WriteProperty(json, TrivySource, package.Source.Name);
            WriteProperty(json, TrivySourceVersion, package.Source.Version);
        }

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

    /// <summary>Debian's and Alpine's advisories name source packages; Red Hat's name what is installed.</summary>
    private static bool HasSource(Package package) => package.Kind is PackageKind.Dpkg or PackageKind.Apk;

    /// <summary>
    /// Renders a package URL (purl specification: deb, rpm, apk and pypi); the source is Grype's qualifier upstream.
    /// </summary>
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
            HasSource(package) && PackageText.Of(package).Length > 0
                ? "upstream=" + Uri.EscapeDataString($"{package.Source.Name}@{package.Source.Version}")
                : "",
        ];
        var query = string.Join('&', qualifiers.Where(q => q.Length > 0));
        return $"pkg:{type}/{vendor}/{name.ToLowerInvariant()}@{version}" + (query.Length > 0 ? $"?{query}" : "");
    }
}
