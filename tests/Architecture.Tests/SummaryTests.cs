using System.Text.RegularExpressions;
using Architecture.Tests.Analysis;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

/// <summary>
/// A summary begins with what its type or method does: "Decides …", "Holds …". Properties may be nouns: they are the
/// words of the API, and of records.
/// </summary>
public sealed partial class SummaryTests
{
    /// <summary>What ends as such verbs do, and is none.</summary>
    private static readonly HashSet<string> NoVerbs = new(StringComparer.OrdinalIgnoreCase)
    {
        "This",
        "Its",
        "As",
        "Always",
        "Is",
        "Thus",
        "Less",
        "Status",
        "Class",
        "Bytes",
        "Seconds",
        "Minutes",
        "Words",
        "Rules",
        "Fields",
        "Values",
        "Labels",
        "Images",
        "Builds",
        "Jobs",
        "Pods",
        "Events",
        "Conditions",
        "Keys",
        "Types",
        "Lines",
        "Files",
        "Numbers",
        "Reasons",
        "Objects",
        "Settings",
        "Options",
        "Inputs",
        "Facts",
        "Secrets",
        "Nodes",
        "Digests",
        "Tags",
        "Arguments",
        "Members",
        "Items",
        "Extensions",
        "Others",
        "Yes",
    };

    /// <summary>
    /// Gets the folders that aren't through yet, with how many summaries are left; numbers only go down, and a folder
    /// without any goes from the list.
    /// </summary>
    private static readonly Dictionary<string, int> Left = new(StringComparer.Ordinal) { };

    private static IEnumerable<string> Projects => SourceProject.Products;

    [TestCaseSource(nameof(Projects))]
    public void A_summary_begins_with_a_verb(string project)
    {
        var wrong = SourceProject
            .All[project]
            .Files.SelectMany(f => Offenders(f).Select(o => (Folder: Name(project, f), Text: $"{f.Path}: {o}")))
            .ToLookup(o => o.Folder, o => o.Text, StringComparer.Ordinal);
        var folders = SourceProject.All[project].Files.Select(f => Name(project, f)).Distinct(StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            foreach (var folder in folders)
            {
                var allowed = Left.GetValueOrDefault(folder);
                var found = wrong[folder].ToList();
                Assert.That(
                    found,
                    Has.Count.AtMost(allowed),
                    $"{folder} has {found.Count}: {string.Join("; ", found)}"
                );
                Assert.That(allowed > 0 && found.Count == 0, Is.False, $"{folder} is through: take it from the list.");
            }
        });
    }

    [TestCase("Gets the name.", true)]
    [TestCase("Decides which build is next.", true)]
    [TestCase("The name.", false)]
    [TestCase("Bytes of the answer.", false)]
    [TestCase("What is known of it.", false)]
    public void A_verb_is_told_from_a_noun(string summary, bool isVerb)
    {
        Assert.That(BeginsWithVerb(summary), Is.EqualTo(isVerb));
    }

    private static string Name(string project, SourceFile file) =>
        file.Folder == Folders.Root ? project : $"{project}/{file.Folder}";

    private static IEnumerable<string> Offenders(SourceFile file)
    {
        var options = new CSharpParseOptions(LanguageVersion.CSharp14, DocumentationMode.Parse);
        foreach (var member in CSharpSyntaxTree.ParseText(file.Text, options).GetRoot().DescendantNodes())
        {
            if (
                member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax or MethodDeclarationSyntax
                && !((MemberDeclarationSyntax)member).Modifiers.Any(SyntaxKind.PrivateKeyword)
                && Summary(member) is { } summary
                && !BeginsWithVerb(summary)
            )
            {
                yield return summary.Length > 50 ? summary[..50] + "…" : summary;
            }
        }
    }

    private static string? Summary(SyntaxNode member) =>
        member
            .GetLeadingTrivia()
            .Select(t => t.GetStructure())
            .OfType<DocumentationCommentTriviaSyntax>()
            .SelectMany(d => d.Content.OfType<XmlElementSyntax>())
            .Where(e => e.StartTag.Name.ToString() == "summary")
            .Select(e => Marks().Replace(e.Content.ToString(), " ").Trim())
            .FirstOrDefault(s => s.Length > 0);

    private static bool BeginsWithVerb(string summary)
    {
        var word = FirstWord().Match(summary).Value;
        return word.Length > 1
            && word[^1] == 's'
            && !word.EndsWith("ss", StringComparison.Ordinal)
            && !NoVerbs.Contains(word);
    }

    [GeneratedRegex(@"\s*///\s*|\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marks();

    [GeneratedRegex(@"^\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstWord();
}
