using Architecture.Tests.Analysis;

namespace Architecture.Tests;

/// <summary>The guard catches what a search through the usings would miss.</summary>
public sealed class AnalyserTests
{
    private const string Target = """
        namespace App.B;
        public enum Color { Red }
        public static class Limits { public const int Max = 7; }
        public sealed class Thing(int size)
        {
            public int Size { get; } = size;
            public static Thing Make() => new(1);
            public static Thing operator +(Thing a, Thing b) => new(a.Size + b.Size);
            public static implicit operator Thing(int size) => new(size);
        }
        public static class Extensions
        {
            public static int Twice(this string text) => 2 * text.Length;
            extension(string text) { public int Half => text.Length / 2; }
        }
        [System.AttributeUsage(System.AttributeTargets.All)]
        public sealed class MarkAttribute : System.Attribute;
        """;

    [TestCase("class A { object X => App.B.Thing.Make(); }", TestName = "A_name_in_full_is_an_arrow")]
    [TestCase("using T = App.B.Thing; class A { T? X; }", TestName = "An_alias_is_an_arrow")]
    [TestCase(
        "using T = System.Collections.Generic.List<App.B.Thing>; class A { }",
        TestName = "A_type_argument_is_an_arrow"
    )]
    [TestCase("using static App.B.Limits; class A { int X => Max; }", TestName = "A_static_using_is_an_arrow")]
    [TestCase("using App.B; class A { int X => \"a\".Twice(); }", TestName = "An_extension_method_is_an_arrow")]
    [TestCase("using App.B; class A { int X => \"a\".Half; }", TestName = "An_extension_property_is_an_arrow")]
    [TestCase("class A { const int X = App.B.Limits.Max; }", TestName = "A_constant_is_an_arrow")]
    [TestCase("class A { const string X = nameof(App.B.Limits.Max); }", TestName = "A_nameof_is_an_arrow")]
    [TestCase("class A { bool X(object o) => o is App.B.Color.Red; }", TestName = "A_pattern_is_an_arrow")]
    [TestCase("[App.B.Mark] class A { }", TestName = "An_attribute_is_an_arrow")]
    public void A_use_is_an_arrow(string source)
    {
        Assert.That(Arrows(source), Does.Contain("A/a.cs → B/b.cs"));
    }

    [Test]
    public void What_isn_t_written_out_is_an_arrow()
    {
        const string Between =
            "namespace App.C; public class C { public App.B.Thing Left = null!, Right = null!; "
            + "public void Take(App.B.Thing t) { } }";
        Assert.Multiple(() =>
        {
            Assert.That(
                Arrows("class A { object X(App.C.C c) => c.Left + c.Right; }", Between),
                Does.Contain("A/a.cs → B/b.cs")
            );
            Assert.That(
                Arrows("class A { void X(App.C.C c) => c.Left = new(1); }", Between),
                Does.Contain("A/a.cs → B/b.cs")
            );
            Assert.That(
                Arrows("class A { void X(App.C.C c) => c.Take(3); }", Between),
                Does.Contain("A/a.cs → B/b.cs")
            );
        });
    }

    [TestCase("/// <summary>As <see cref=\"App.B.Thing\"/>.</summary>\nclass A { }", TestName = "A_cref_is_no_arrow")]
    [TestCase("using App.B; class A { }", TestName = "An_idle_using_is_no_arrow")]
    public void What_is_no_use_is_no_arrow(string source)
    {
        Assert.That(Arrows(source), Is.Empty);
    }

    [Test]
    public void Two_folders_that_need_each_other_are_named_with_their_files()
    {
        var project = Bind(
            ("A/a.cs", "namespace App.A; class A { App.B.B? X; }"),
            ("B/b.cs", "namespace App.B; class B { App.A.A? X; }"),
            ("C/c.cs", "namespace App.C; class C { App.A.A? X; }")
        );
        var rings = FolderCycles.Find(project.Edges);
        Assert.Multiple(() =>
        {
            Assert.That(rings, Has.Count.EqualTo(1));
            Assert.That(rings[0], Does.StartWith("A, B need each other").And.Contain("A/a.cs:1 uses B of B/b.cs"));
        });
    }

    [Test]
    public void A_ring_of_three_folders_is_found()
    {
        var project = Bind(
            ("A/a.cs", "namespace App.A; class A { App.B.B? X; }"),
            ("B/b.cs", "namespace App.B; class B { App.C.C? X; }"),
            ("C/c.cs", "namespace App.C; class C { App.A.A? X; }")
        );
        Assert.That(FolderCycles.Find(project.Edges), Has.Count.EqualTo(1).And.Some.StartsWith("A, B, C need"));
    }

    [Test]
    public void A_folder_and_one_within_it_are_two()
    {
        var project = Bind(
            ("A/a.cs", "namespace App.A; class A { App.A.In.B? X; }"),
            ("A/In/b.cs", "namespace App.A.In; class B { A? X; }")
        );
        Assert.That(FolderCycles.Find(project.Edges), Has.Count.EqualTo(1));
    }

    [Test]
    public void A_name_that_nothing_declares_is_reported()
    {
        Assert.That(Bind(("A/a.cs", "class A { Missing? X; }")).Unresolved, Is.EqualTo(["A/a.cs:1 Missing"]));
    }

    private static IEnumerable<string> Arrows(string source, string? between = null) =>
        Bind([("A/a.cs", source), ("B/b.cs", Target), .. between is null ? [] : new[] { ("C/c.cs", between) }])
            .Edges.Where(e => e.From.File == "A/a.cs")
            .Select(e => $"{e.From.File} → {e.To}")
            .Distinct(StringComparer.Ordinal);

    private static BoundProject Bind(params (string Path, string Text)[] files) =>
        new(
            new SourceProject
            {
                Name = "app",
                AssemblyName = "app",
                Files = [.. files.Select(f => new SourceFile(f.Path, f.Text))],
            }
        );
}
