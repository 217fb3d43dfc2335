using Architecture.Tests.Analysis;

namespace Architecture.Tests;

/// <summary>
/// What is published trimmed can be: most of it an analyzer sees when the project is built, this the linker alone.
/// </summary>
public sealed class TrimmingTests
{
    [Test]
    public void No_collection_expression_fills_a_JsonArray() =>
        Assert.That(
            BoundProject.Of("inference").CollectionsOf("JsonArray"),
            Is.Empty,
            "Write new JsonArray(…): the other calls JsonArray.Add<T>, at which a publish fails (IL2026)."
        );

    [TestCase("[one]", true)]
    [TestCase("[]", false)]
    [TestCase("new(one)", false)]
    public void Such_a_collection_is_seen(string made, bool isSeen)
    {
        const string Json = "System.Text.Json.Nodes";
        var project = new SourceProject
        {
            Name = "app",
            AssemblyName = "app",
            Files = [new SourceFile("a.cs", $"class A {{ {Json}.JsonArray X({Json}.JsonObject one) => {made}; }}")],
        };
        Assert.That(new BoundProject(project).CollectionsOf("JsonArray"), isSeen ? Is.EqualTo(["a.cs:1"]) : Is.Empty);
    }
}
