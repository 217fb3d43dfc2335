using System.Text.RegularExpressions;
using Operator.Tests.Api;

namespace Operator.Tests.Remedies;

/// <summary>
/// Kind: every remedy that is printed works. A field that a sentence of the product or of its guides names is one that
/// there is.
/// </summary>
internal sealed partial class NamedFieldsTests
{
    /// <summary>Fields of other kinds that are spoken of, and one that a guide mistypes on purpose.</summary>
    private static readonly string[] Others =
    [
        "spec.activeDeadlineSeconds",
        "spec.containers",
        "spec.nodeName",
        "spec.replicas",
        "spec.shedule",
        "spec.template.annotations",
        "spec.template.labels",
        "status.podIP",
    ];

    /// <summary>Kubernetes says what resources may be of.</summary>
    private static readonly string[] Maps = ["resources.limits.memory", "resources.requests.memory"];

    private static readonly HashSet<string> Known =
    [
        .. CrdFile
            .All.SelectMany(crd => crd.Fields())
            .Select(field =>
                field.Path.Replace("[]", "", StringComparison.Ordinal).Replace("{}", "", StringComparison.Ordinal)
            ),
    ];

    private static IEnumerable<string> Sources() =>
        Directory
            .EnumerateFiles(Checkout.PathTo("operator"), "*.cs", SearchOption.AllDirectories)
            .Where(f =>
                // It names the fields of the objects that are made of a spec.
                Path.GetFileName(f) != "ObjectFields.cs"
                && !f.Contains("/obj/", StringComparison.Ordinal)
                && !f.Contains("/bin/", StringComparison.Ordinal)
            )
            .Concat(Directory.EnumerateFiles(Checkout.PathTo("docs"), "*.md", SearchOption.AllDirectories));

    [Test]
    public void Every_field_that_is_named_is_there()
    {
        var named = Sources()
            .SelectMany(file =>
                File.ReadLines(file)
                    .Where(line =>
                        file.EndsWith(".md", StringComparison.Ordinal) || line.Contains('"', StringComparison.Ordinal)
                    )
                    .SelectMany(line => Field().Matches(line).Select(m => (Path.GetFileName(file), m.Value)))
            )
            .ToList();
        Assert.That(named, Has.Count.GreaterThan(200), "they are found");
        Assert.That(named.Where(n => !IsKnown(n.Value)).Distinct(), Is.Empty);
    }

    private static bool IsKnown(string path) =>
        Known.Contains(path)
        || Others.Contains(path, StringComparer.Ordinal)
        || path.StartsWith("spec.template.spec.", StringComparison.Ordinal)
        || Maps.Any(map =>
            path.EndsWith(map, StringComparison.Ordinal) && Known.Contains(path[..path.LastIndexOf('.')])
        );

    /// <summary>Not part of a longer path of another kind.</summary>
    [GeneratedRegex(
        @"(?<![.\w])(spec|status)(\.[a-z][A-Za-z0-9]*)+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Field();
}
