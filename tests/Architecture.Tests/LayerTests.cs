using Architecture.Tests.Analysis;

namespace Architecture.Tests;

/// <summary>Every folder has its place, and knows only what stands above it in the table.</summary>
public sealed class LayerTests
{
    private static IEnumerable<string> Projects => SourceProject.Products;

    [Test]
    public void Every_project_has_its_layers()
    {
        Assert.Multiple(() =>
        {
            Assert.That(Layers.Of.Keys, Is.EquivalentTo(Projects), "Give the project its lines in Layers.Of.");
            Assert.That(Layers.Projects.Keys, Is.EquivalentTo(Projects), "Say in Layers.Projects whom it may know.");
        });
    }

    [TestCaseSource(nameof(Projects))]
    public void Every_folder_has_its_place(string project)
    {
        var folders = SourceProject.All[project].Files.Select(f => f.Folder).Distinct(StringComparer.Ordinal);
        var places = Layers.Places(project).Keys;
        Assert.Multiple(() =>
        {
            Assert.That(
                folders.Except(places, StringComparer.Ordinal),
                Is.Empty,
                "New folders: put each into Layers.Of, below all that it knows and above all that know it."
            );
            Assert.That(
                places.Except(folders, StringComparer.Ordinal),
                Is.Empty,
                "Folders that are no more: take them out of Layers.Of."
            );
        });
    }

    [TestCaseSource(nameof(Projects))]
    public void A_folder_knows_only_those_above_it(string project)
    {
        var places = Layers.Places(project);
        var wrong = BoundProject
            .Of(project)
            .Edges.Where(e => e.FromFolder != e.ToFolder && places.ContainsKey(e.FromFolder))
            .Where(e => !Layers.IsLeft(project, e))
            .Where(e => !places.TryGetValue(e.ToFolder, out var to) || places[e.FromFolder] <= to)
            .Select(e => e.ToString());
        Assert.That(wrong, Is.Empty, "Turn the arrow round; only a new design changes Layers.Of.");
    }

    [Test]
    public void Every_arrow_that_is_left_is_there()
    {
        var gone = Layers.Left.Where(left =>
            !BoundProject.Of(left.Project).Edges.Any(e => (left.Project, e.FromFolder, e.ToFolder) == left)
        );
        Assert.That(gone, Is.Empty, "Take them from Layers.Left.");
    }

    [TestCaseSource(nameof(Projects))]
    public void No_folder_knows_what_it_never_shall(string project)
    {
        var wrong =
            from edge in BoundProject.Of(project).Edges
            from never in Layers.Never
            where never.Project == project
            where Folders.IsWithin(edge.FromFolder, never.From) && Folders.IsWithin(edge.ToFolder, never.To)
            select edge.ToString();
        Assert.That(wrong, Is.Empty);
    }

    [TestCaseSource(nameof(Projects))]
    public void A_project_knows_only_the_projects_that_it_may(string project)
    {
        var names = SourceProject.All.Values.ToDictionary(p => p.AssemblyName, p => p.Name, StringComparer.Ordinal);
        var wrong = BoundProject
            .Of(project)
            .References.Where(r =>
                names.TryGetValue(r.Symbol.ContainingAssembly?.Name ?? "", out var other)
                && other != project
                && !Layers.Projects[project].Contains(other, StringComparer.Ordinal)
            )
            .Select(r => r.ToString());
        Assert.That(wrong, Is.Empty);
    }
}
