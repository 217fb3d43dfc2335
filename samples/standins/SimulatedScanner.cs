using System.Collections.Concurrent;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using LocalCluster.Nodes;

namespace StandIns;

/// <summary>
/// Stands in for a scanner of lists of packages, and for the operator's two containers beside it: it looks for the
/// advisories that it is given in the list that the pod carries, as Trivy does. It has no other database.
/// </summary>
public sealed class SimulatedScanner
{
    private readonly ConcurrentDictionary<string, JsonNode> _lists = new(StringComparer.Ordinal);

    /// <summary>Gets or sets what it knows.</summary>
    public IReadOnlyList<SimulatedAdvisory> Advisories { get; set; } = [];

    /// <summary>Gets or sets when its database was made; null where it doesn't say.</summary>
    public DateTime? Database { get; set; }

    /// <summary>Gets or sets how it fails; null while it works.</summary>
    public ContainerResult? Fault { get; set; }

    /// <summary>Returns how a container of a scan's pod ends; null when it is another one.</summary>
    public ContainerResult? Answer(ContainerSpec container) =>
        container.Args switch
        {
            ["unpack", ..] => Unpack(container),
            ["sbom", ..] => Fault ?? new ContainerResult(0),
            ["report", ..] when _lists.TryGetValue(Pod(container), out var list) => Report(container, list),
            _ => null,
        };

    private static string Pod(ContainerSpec container) => $"{container.Namespace}/{container.Pod}";

    private static string? Option(ContainerSpec container, string name) =>
        container.Args.FirstOrDefault(a => a.StartsWith($"--{name}=", StringComparison.Ordinal))?[(name.Length + 3)..];

    private ContainerResult Unpack(ContainerSpec container)
    {
        if (!container.Files.TryGetValue(Option(container, "file")!, out var packed))
        {
            return new ContainerResult(3, "no list is mounted");
        }

        using var zip = new GZipStream(
            new MemoryStream(Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(packed))),
            CompressionMode.Decompress
        );
        using var list = new MemoryStream();
        zip.CopyTo(list);
        var digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(list.ToArray()));
        if (digest != Option(container, "digest"))
        {
            return new ContainerResult(3, $"the list isn't {Option(container, "digest")}");
        }

        _lists[Pod(container)] = JsonNode.Parse(list.ToArray())!;
        return new ContainerResult(0);
    }

    private ContainerResult Report(ContainerSpec container, JsonNode list)
    {
        var ignored = container
            .Args.Where(a => a.StartsWith("--ignore=", StringComparison.Ordinal))
            .Select(a => a[9..]);
        var all = Advisories
            .SelectMany(a => Affected(list, a).Select(p => (Advisory: a, Package: p)))
            .Where(f => !ignored.Contains(f.Advisory.Id, StringComparer.Ordinal))
            .ToList();
        var counted = all.Where(f => f.Advisory.Fixed.Length > 0 || !container.Args.Contains("--ignore-unfixed"))
            .ToList();
        var scan = new JsonObject
        {
            ["critical"] = Count("Critical"),
            ["high"] = Count("High"),
            ["medium"] = Count("Medium"),
            ["low"] = Count("Low"),
            ["unfixed"] = all.Count - counted.Count,
            ["worst"] = new JsonArray([
                .. counted.Select(f =>
                    (JsonNode)
                        new JsonObject
                        {
                            ["id"] = f.Advisory.Id,
                            ["severity"] = f.Advisory.Severity,
                            ["package"] = (string?)f.Package["name"],
                            ["installed"] = (string?)f.Package["version"],
                            ["fixed"] = f.Advisory.Fixed,
                        }
                ),
            ]),
        };
        var told = Database is { } made ? new JsonObject { ["scan"] = scan, ["database"] = made } : scan;
        return new ContainerResult(0, told.ToJsonString());

        int Count(string severity) => counted.Count(f => f.Advisory.Severity == severity);
    }

    /// <summary>Packages of a system count where the list says which system it is, and by their source.</summary>
    private static IEnumerable<JsonNode> Affected(JsonNode list, SimulatedAdvisory advisory)
    {
        var components = list["components"]!.AsArray().OfType<JsonNode>().ToList();
        var hasSystem = components.Any(c => (string?)c["type"] == "operating-system");
        return components.Where(c =>
            ((string?)c["purl"])?.StartsWith("pkg:pypi/", StringComparison.Ordinal) == true
                ? ((string?)c["name"], (string?)c["version"]) == (advisory.Package, advisory.Affected)
                : hasSystem
                    && Property(c, "aquasecurity:trivy:SrcName") == advisory.Package
                    && Property(c, "aquasecurity:trivy:SrcVersion") == advisory.Affected
        );
    }

    private static string? Property(JsonNode component, string name) =>
        (string?)component["properties"]?.AsArray().FirstOrDefault(p => (string?)p!["name"] == name)?["value"];
}
