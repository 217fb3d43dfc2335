using System.Globalization;
using System.Text.Json;
using GemmaOperator.Api.Contents;

namespace GemmaOperator.Builds.Contents;

/// <summary>
/// Reads a document that <see cref="CycloneDx"/> rendered, as strictly as what an image says of itself.
/// </summary>
internal static class CycloneDxReader
{
    /// <summary>Returns the list of packages; null where the document isn't one of ours.</summary>
    public static PackageList? Read(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(
                bytes,
                new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false }
            );
            return ListOf(json.RootElement);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or OverflowException
            )
        {
            return null;
        }
    }

    private static PackageList? ListOf(JsonElement root)
    {
        var components = root.GetProperty("components");
        if (components.GetArrayLength() > PackageList.MostEntries + 1)
        {
            return null;
        }

        var packages = new List<Package>();
        foreach (var component in components.EnumerateArray())
        {
            if (PackageText.Of(component.GetProperty("type")) == CycloneDx.OperatingSystem)
            {
                continue;
            }

            if (PackageOf(component) is not { } package)
            {
                return null;
            }

            packages.Add(package);
        }

        var said = PropertiesOf(root.GetProperty("metadata"));
        return PackageList.Of(packages) with
        {
            Os = new OsRelease(One(said, CycloneDx.OsId), One(said, CycloneDx.OsVersion), One(said, CycloneDx.OsName)),
            CudaArchitectures = [.. said[CycloneDx.CudaArchitecture]],
            LibtorchBytes = long.Parse(
                One(said, CycloneDx.LibtorchBytes),
                NumberStyles.None,
                CultureInfo.InvariantCulture
            ),
            Unsupported = [.. said[CycloneDx.Unsupported].Select(KindOf)],
            HasSources = One(said, CycloneDx.Sources) == CycloneDx.Listed,
            Unreadable = int.Parse(One(said, CycloneDx.Unreadable), NumberStyles.None, CultureInfo.InvariantCulture),
        };
    }

    private static Package? PackageOf(JsonElement component)
    {
        var said = PropertiesOf(component);
        var kind = KindOf(One(said, CycloneDx.Kind));
        var package = PackageText.Package(
            kind,
            PackageText.Of(component.GetProperty("name")),
            PackageText.Of(component.GetProperty("version")),
            One(said, kind == PackageKind.Python ? CycloneDx.Origin : CycloneDx.Architecture)
        );
        return package is not null && PackageText.Source(package, One(said, CycloneDx.Source)) is { } source
            ? package with
            {
                Source = source,
            }
            : null;
    }

    private static PackageKind KindOf(string text) =>
        Enum.TryParse<PackageKind>(text, out var kind) && kind.ToString() == text
            ? kind
            : throw new FormatException("no kind of package");

    private static string One(ILookup<string, string> properties, string name) =>
        properties[name].FirstOrDefault() ?? "";

    private static ILookup<string, string> PropertiesOf(JsonElement element) =>
        element
            .GetProperty("properties")
            .EnumerateArray()
            .ToLookup(
                property => PackageText.Of(property.GetProperty("name")) ?? "",
                property => PackageText.Of(property.GetProperty("value")) ?? "",
                StringComparer.Ordinal
            );
}
