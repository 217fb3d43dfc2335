using Architecture.Tests.Analysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Architecture.Tests;

/// <summary>
/// What is shown goes through the few places that make text of others fit to be shown: nobody has to think of it.
/// </summary>
public sealed class EdgeTests
{
    /// <summary>Gets which types are made in one place alone, which cleans what they say, and where.</summary>
    private static readonly Dictionary<string, string[]> MadeIn = new(StringComparer.Ordinal)
    {
        ["V1Condition"] = ["operator/Cluster/Conditions.cs"],
        ["Corev1Event"] = ["runtime/Events/EventRecorder.cs"],
        ["Eventsv1Event"] = [],
    };

    /// <summary>Gets the types that clean a text as they are made.</summary>
    private static readonly string[] Cleaning =
    [
        "operator/Cluster/Conditions.cs",
        "operator/Cluster/EventText.cs",
        "operator/Check/CheckLine.cs",
        "operator/Hub/HubException.cs",
        "operator/Metrics/GaugeText.cs",
        "operator/Registry/Answers/RegistryWords.cs",
        "operator/Text/MaskedLog.cs",
        "operator/Text/Quoted.cs",
        "operator/Hosting/OperatorProgram.cs",
        "runtime/Contracts/KubeApiException.cs",
        "runtime/Events/EventRecorder.cs",
    ];

    private static IEnumerable<SourceFile> Files =>
        from project in (string[])["operator", "runtime"]
        from file in SourceProject.All[project].Files
        select file with
        {
            Path = $"{project}/{file.Path}",
        };

    [Test]
    public void Conditions_and_events_are_made_where_their_text_is_cleaned()
    {
        var wrong =
            from file in Files
            from made in CSharpSyntaxTree
                .ParseText(file.Text)
                .GetRoot()
                .DescendantNodes()
                .OfType<ObjectCreationExpressionSyntax>()
            where MadeIn.TryGetValue(made.Type.ToString(), out var places) && !places.Any(file.Path.EndsWith)
            select $"{file.Path}: new {made.Type}";
        Assert.That(wrong, Is.Empty, "Say it through Conditions or EventText.");
    }

    [Test]
    public void The_one_function_stands_at_every_edge()
    {
        var cleaning = Files.Where(f => f.Text.Contains("VisibleText.", StringComparison.Ordinal)).ToList();
        var lacking = Cleaning.Where(path => !cleaning.Any(f => f.Path.EndsWith(path, StringComparison.Ordinal)));
        Assert.That(lacking, Is.Empty, "What is shown there isn't made fit to be shown any more.");
    }

    [Test]
    public void The_terminal_is_wrapped_before_anything_is_written_to_it()
    {
        var program = Files.Single(f => f.Path.EndsWith("operator/Program.cs", StringComparison.Ordinal)).Text;
        Assert.That(program, Does.Contain("Console.SetOut(new VisibleWriter(").And.Contain("Console.SetError(new V"));
        var around = Files.Where(f => f.Text.Contains("OpenStandard", StringComparison.Ordinal)).Select(f => f.Path);
        Assert.That(around, Is.Empty, "Who opens the terminal anew goes around it.");
    }

    [Test]
    public void No_other_judge_says_which_characters_can_be_seen()
    {
        var others = Files
            .Where(f => f.Text.Contains("UnicodeCategory.Format", StringComparison.Ordinal))
            .Select(f => f.Path)
            .Where(path => !path.EndsWith("runtime/Text/VisibleText.cs", StringComparison.Ordinal));
        Assert.That(others, Is.Empty, "Ask VisibleText.");
    }
}
