using Architecture.Tests.Analysis;

namespace Architecture.Tests;

/// <summary>Decisions depend on their snapshot alone; what does I/O says so by its name, and decides nothing.</summary>
public sealed class PurityTests
{
    private static IEnumerable<string> Deciding => Purity.Folders;

    [TestCaseSource(nameof(Deciding))]
    public void What_decides_reads_no_clock_and_sends_no_request(string folder)
    {
        var steps = BoundProject
            .Of("operator")
            .References.Where(Purity.IsStep)
            .Select(r => r.File)
            .ToHashSet(StringComparer.Ordinal);
        var wrong = Uses(folder)
            .Where(r => !Purity.DoesIO(r.File) && !(steps.Contains(r.File) && Purity.IsWait(r)))
            .Select(r => $"{r}, and so {Purity.Judge(r)}");
        Assert.That(wrong, Is.Empty, "Gather it before, into the snapshot; or let a type that does I/O do it.");
    }

    [Test]
    public void Every_folder_that_decides_is_there()
    {
        Assert.That(Deciding.Where(f => !Operator.Files.Any(s => Folders.IsWithin(s.Folder, f))), Is.Empty);
    }

    [Test]
    public void Every_exception_is_one()
    {
        var impure = Deciding.SelectMany(Uses).Select(r => r.File).ToHashSet(StringComparer.Ordinal);
        Assert.That(Purity.Exceptions.Where(e => !impure.Contains(e)), Is.Empty, "Take them from the list.");
    }

    [TestCase("class A { async System.Threading.Tasks.Task X() { await System.Threading.Tasks.Task.Yield(); } }")]
    [TestCase("class A { object X() => new System.Net.Http.HttpClient(); }")]
    [TestCase("class A(System.TimeProvider time) { object X() => time.GetUtcNow(); }")]
    [TestCase("class A { object X(System.Net.Http.HttpContent c) => c.ReadAsStringAsync(); }")]
    public void A_clock_and_a_request_are_seen(string source)
    {
        var project = new SourceProject
        {
            Name = "app",
            AssemblyName = "app",
            Files = [new SourceFile("A/a.cs", source)],
        };
        Assert.That(new BoundProject(project).References.Select(Purity.Judge), Has.Some.Not.Null);
    }

    private static SourceProject Operator => SourceProject.All["operator"];

    private static IEnumerable<Reference> Uses(string folder) =>
        BoundProject
            .Of("operator")
            .References.Where(r => Folders.IsWithin(r.Folder, folder) && Purity.Judge(r) is not null);
}
