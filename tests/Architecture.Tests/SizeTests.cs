using Architecture.Tests.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Architecture.Tests;

/// <summary>Files, folders and lines stay small enough to be read.</summary>
public sealed class SizeTests
{
    private const int MaxLines = 300;
    private const int MaxMedian = 60;
    private const int MaxFilesInFolder = 30;
    private const int MaxColumns = 120;

    /// <summary>
    /// Gets what was longer when the guard came, with its lines then; numbers only go down, and what fits goes from the
    /// list.
    /// </summary>
    private static readonly Dictionary<string, int> Long = new(StringComparer.Ordinal) { };

    /// <summary>Gets the projects whose median was higher when the guard came; numbers only go down.</summary>
    private static readonly Dictionary<string, int> HighMedians = new(StringComparer.Ordinal)
    {
        ["LocalCluster"] = 65,
        ["benchmarks"] = 70,
        ["inference"] = 65,
        ["samples/quickstart"] = 75,
        ["samples/standins"] = 75,
    };

    private static IEnumerable<string> Projects => SourceProject.All.Keys.Order(StringComparer.Ordinal);

    private static IEnumerable<string> Products => SourceProject.Products;

    [TestCaseSource(nameof(Projects))]
    public void No_file_is_too_long(string project)
    {
        var tall = SourceProject
            .All[project]
            .Files.Select(f => (Path: $"{project}/{f.Path}", f.Lines.Count))
            .Where(f => f.Count > Long.GetValueOrDefault(f.Path, MaxLines))
            .Select(f => $"{f.Path} has {f.Count} lines");
        Assert.That(tall, Is.Empty, $"Split them: a file has at most {MaxLines} lines.");
    }

    [Test]
    public void Every_exception_is_a_long_file()
    {
        var tall = SourceProject
            .All.Values.SelectMany(p => p.Files.Where(f => f.Lines.Count > MaxLines).Select(f => $"{p.Name}/{f.Path}"))
            .ToHashSet(StringComparer.Ordinal);
        Assert.That(Long.Keys.Where(k => !tall.Contains(k)), Is.Empty, "Take them from the list.");
    }

    [TestCaseSource(nameof(Products))]
    public void Most_files_fit_a_screen(string project)
    {
        var max = HighMedians.GetValueOrDefault(project, MaxMedian);
        Assert.That(
            Median([SourceProject.All[project]]),
            Is.AtMost(max),
            "The median of the project's files, in lines."
        );
    }

    [Test]
    public void Most_files_of_the_whole_fit_a_screen()
    {
        Assert.That(Median(Products.Select(p => SourceProject.All[p])), Is.AtMost(MaxMedian));
    }

    [TestCaseSource(nameof(Projects))]
    public void No_folder_holds_too_many_files(string project)
    {
        var full = SourceProject
            .All[project]
            .Files.GroupBy(f => f.Folder, StringComparer.Ordinal)
            .Where(g => g.Count() > MaxFilesInFolder)
            .Select(g => $"{g.Key} has {g.Count()} files");
        Assert.That(full, Is.Empty, $"Find the folders within: at most {MaxFilesInFolder} files of its own.");
    }

    /// <summary>
    /// What is quoted from elsewhere in a raw string keeps its own lines: programs, JSON, recorded answers.
    /// </summary>
    [TestCaseSource(nameof(Projects))]
    public void No_line_is_too_long_but_within_a_raw_string(string project)
    {
        var wide =
            from file in SourceProject.All[project].Files
            where file.Lines.Any(l => l.Length > MaxColumns)
            let raw = RawStringLines(file)
            from line in file.Lines.Select((text, index) => (text, number: index + 1))
            where line.text.Length > MaxColumns && !raw.Contains(line.number)
            select $"{file.Path}:{line.number} has {line.text.Length} columns";
        Assert.That(wide, Is.Empty, $"`make fmt` breaks what can be broken; split the rest to {MaxColumns} columns.");
    }

    private static int Median(IEnumerable<SourceProject> projects)
    {
        var sizes = projects.SelectMany(p => p.Files).Select(f => f.Lines.Count).Order().ToList();
        return sizes[sizes.Count / 2];
    }

    private static HashSet<int> RawStringLines(SourceFile file)
    {
        var lines = new HashSet<int>();
        foreach (var token in CSharpSyntaxTree.ParseText(file.Text).GetRoot().DescendantTokens())
        {
            if (!IsRaw(token.Kind()))
            {
                continue;
            }

            // An interpolated one is several tokens.
            var span = (
                token.IsKind(SyntaxKind.InterpolatedSingleLineRawStringStartToken)
                || token.IsKind(SyntaxKind.InterpolatedMultiLineRawStringStartToken)
                    ? token.Parent!.GetLocation()
                    : token.GetLocation()
            ).GetLineSpan();
            lines.UnionWith(
                Enumerable.Range(
                    span.StartLinePosition.Line + 1,
                    span.EndLinePosition.Line - span.StartLinePosition.Line + 1
                )
            );
        }

        return lines;
    }

    private static bool IsRaw(SyntaxKind kind) =>
        kind
            is SyntaxKind.SingleLineRawStringLiteralToken
                or SyntaxKind.MultiLineRawStringLiteralToken
                or SyntaxKind.Utf8SingleLineRawStringLiteralToken
                or SyntaxKind.Utf8MultiLineRawStringLiteralToken
                or SyntaxKind.InterpolatedSingleLineRawStringStartToken
                or SyntaxKind.InterpolatedMultiLineRawStringStartToken;
}
