using Quickstart.Containers;

namespace Cli.Tests.Local;

/// <summary>Arguments are expanded as Kubernetes documents it.</summary>
public sealed class ExpansionTests
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["A"] = "$(B)",
        ["B"] = "b",
    };

    [TestCase("plain", "plain")]
    [TestCase("$(B)-$(B)", "b-b")]
    [TestCase("$(A)", "$(B)", Description = "what is put in isn't expanded again")]
    [TestCase("$$(B)", "$(B)")]
    [TestCase("$$$(B)", "$b")]
    [TestCase("$(C)", "$(C)")]
    [TestCase("$B ${B}", "$B ${B}")]
    [TestCase("$(B", "$(B")]
    public void A_reference_becomes_its_value(string text, string expanded) =>
        Assert.That(Expansion.Of(text, Known), Is.EqualTo(expanded));
}
