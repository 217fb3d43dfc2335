using Architecture.Tests.Analysis;

namespace Architecture.Tests;

/// <summary>Dependencies point one way, by the symbols that a file uses and not by what it imports.</summary>
public sealed class DependencyTests
{
    private static IEnumerable<string> Projects => SourceProject.Products;

    [TestCaseSource(nameof(Projects))]
    public void Every_name_is_understood(string project)
    {
        var bound = BoundProject.Of(project);
        Assert.Multiple(() =>
        {
            Assert.That(
                bound.Unresolved.Select(d => d.ToString()),
                Is.Empty,
                "Names that aren't resolved make no arrows, so the tests below would miss them."
            );
            Assert.That(bound.References, Is.Not.Empty);
        });
    }

    [TestCaseSource(nameof(Projects))]
    public void No_two_folders_need_each_other(string project)
    {
        Assert.That(FolderCycles.Find(BoundProject.Of(project).Edges.Where(e => !Layers.IsLeft(project, e))), Is.Empty);
    }
}
