using System.Globalization;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Builds;
using GemmaOperator.Api.Contents;
using GemmaOperator.Builds.Contents;
using KubectlGemma.Images;
using KubectlGemma.Output;

namespace KubectlGemma.Views;

/// <summary>Lays out the packages of an image, and how they differ from those of another.</summary>
internal static class PackagesView
{
    /// <summary>Lays out what a build's image holds; the whole list where there is one.</summary>
    public static IEnumerable<Line> Lines(KnownContents known)
    {
        var said = known.Said;
        yield return Line.Of(new Piece(known.Build.BuildName, Tone.Strong));
        if (said.OsRelease.Length > 0)
        {
            yield return Line.Of(new Piece("  system    ", Tone.Dim), said.OsRelease);
        }

        if (said.CudaArchitectures.Count > 0)
        {
            yield return Line.Of(new Piece("  compiled  ", Tone.Dim), string.Join(", ", said.CudaArchitectures));
        }

        foreach (var line in ContentsView.Lines(said, "  ", ContentsStatus.MostChanges))
        {
            yield return line;
        }

        if (said.Layers is { Unlisted: > 0 } layers)
        {
            yield return Line.Of(
                "  ",
                new Piece(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{layers.Unlisted} Python packages in its layers aren't in its list: "
                    ) + string.Join(", ", layers.Names),
                    Tone.Bad
                )
            );
        }

        foreach (var kind in said.Unsupported)
        {
            yield return Line.Of(
                "  ",
                new Piece($"packages of {kind.Text} can't be listed in this image", Tone.Warning)
            );
        }

        foreach (var line in known.List is { } list ? Table(list).Lines().Prepend(Line.Empty) : [])
        {
            yield return line;
        }
    }

    public static IEnumerable<Line> Lines(GemmaBuild build, string against, ComparedContents compared) =>
        compared
            .Changes.Select(c => ContentsView.Change(c, "  "))
            .Prepend(Line.Of(new Piece(build.BuildName, Tone.Strong), $" {compared.Summary} against {against}"));

    public static JsonObject Data(KnownContents known) =>
        new()
        {
            ["build"] = known.Build.BuildName,
            ["count"] = known.Said.Packages,
            ["fingerprint"] = known.Said.Fingerprint,
            ["osRelease"] = known.Said.OsRelease,
            ["comparedWith"] = known.Said.ComparedWith,
            ["summary"] = known.Said.Summary,
            ["changes"] = Changes(known.Said.Changes),
            ["packages"] = known.List is not { } list
                ? null
                : new JsonArray([
                    .. list.Packages.Select(p => new JsonObject
                    {
                        ["kind"] = p.Kind.ToString(),
                        ["name"] = p.Name,
                        ["version"] = p.Version,
                        ["architecture"] = p.Architecture,
                        ["origin"] = p.Origin.Text,
                    }),
                ]),
        };

    public static JsonObject Data(GemmaBuild build, string against, ComparedContents compared) =>
        new()
        {
            ["build"] = build.BuildName,
            ["against"] = against,
            ["summary"] = compared.Summary,
            ["isWhole"] = compared.IsWhole,
            ["changes"] = Changes(compared.Changes),
        };

    private static TextTable Table(PackageList list)
    {
        var table = new TextTable("KIND", "NAME", "VERSION", "ORIGIN");
        foreach (var package in list.Packages)
        {
            table.Add(package.Kind.ToString(), new(package.Name, Tone.Strong), package.Version, package.Origin.Text);
        }

        return table;
    }

    private static JsonArray Changes(IEnumerable<PackageChange> changes) =>
        [
            .. changes.Select(c => new JsonObject
            {
                ["kind"] = c.Kind.Text,
                ["name"] = c.Name,
                ["old"] = c.Old,
                ["new"] = c.New,
            }),
        ];
}
