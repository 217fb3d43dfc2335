using System.Text.RegularExpressions;
using Operator.Tests.Api;

namespace Operator.Tests.Architecture;

/// <summary>Dependencies point one way: a folder uses only the folders that ARCHITECTURE.md lets it know.</summary>
public sealed partial class DependencyTests
{
    private static readonly Dictionary<string, string[]> Knows = new(StringComparer.Ordinal)
    {
        ["Api"] = [],
        ["Registry"] = ["Api"],
        ["Schedule"] = ["Api"],
        ["Cost"] = ["Api"],
        ["Rollout"] = ["Api", "Build"],
        ["Build"] = ["Api", "Registry"],
        ["Verify"] = ["Api", "Build"],
        ["Plan"] = ["Api", "Registry", "Schedule", "Cost", "Rollout", "Build", "Verify"],
        ["Runtime"] = [],
        ["Reconcilers"] = ["Api", "Registry", "Schedule", "Cost", "Rollout", "Build", "Verify", "Plan", "Runtime"],
        ["Hosting"] = ["Api", "Registry", "Schedule", "Cost", "Rollout", "Build", "Verify", "Plan", "Runtime", "Reconcilers"],
    };

    private static IEnumerable<string> Folders => Knows.Keys;

    [TestCaseSource(nameof(Folders))]
    public void A_folder_uses_only_what_it_may_know(string folder)
    {
        var used = Files(folder)
            .SelectMany(file => Using().Matches(File.ReadAllText(file)).Select(m => (File: Path.GetFileName(file), Folder: m.Groups["folder"].Value)))
            .Where(u => u.Folder != folder && !Knows[folder].Contains(u.Folder, StringComparer.Ordinal));
        Assert.That(used.Select(u => $"{u.File} uses {u.Folder}"), Is.Empty);
    }

    [Test]
    public void Every_folder_of_the_operator_has_its_place()
    {
        var folders = Directory.EnumerateDirectories(Checkout.PathTo("operator")).Select(Path.GetFileName).Where(f => f is not ("bin" or "obj"));
        Assert.That(folders, Is.EquivalentTo(Knows.Keys));
    }

    [Test]
    public void The_plan_reads_no_clock_and_sends_no_request()
    {
        var files = Files("Plan").Where(f => Impure().IsMatch(File.ReadAllText(f))).Select(Path.GetFileName);
        Assert.That(files, Is.Empty);
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.EnumerateFiles(Checkout.PathTo("operator", folder), "*.cs", SearchOption.AllDirectories);

    [GeneratedRegex(@"^using GemmaOperator\.(?<folder>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Using();

    [GeneratedRegex(@"TimeProvider|HttpClient|IKubeApi|\bTask<|\basync\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Impure();
}
