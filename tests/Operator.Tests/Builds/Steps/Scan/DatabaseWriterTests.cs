using System.Runtime.Versioning;
using GemmaOperator.Builds.Steps.Scan;

namespace Operator.Tests.Builds.Steps.Scan;

[UnsupportedOSPlatform("windows")]
internal sealed class DatabaseWriterTests
{
    private string _root = "";

    private string From => Path.Combine(_root, "from");

    private string To => Path.Combine(_root, "to");

    [SetUp]
    public void MakeFolders()
    {
        _root = Directory.CreateTempSubdirectory("gemma-database").FullName;
        Directory.CreateDirectory(From);
    }

    [TearDown]
    public void RemoveFolders() => Directory.Delete(_root, recursive: true);

    [Test]
    public void Folders_and_files_are_copied_and_can_be_written()
    {
        Put("db/trivy.db", "pages");
        Put("db/metadata.json", "{}");
        Put("java-db/trivy-java.db", "more");
        Directory.CreateDirectory(Path.Combine(From, "lost+found"));
        File.SetUnixFileMode(Path.Combine(From, "db/trivy.db"), UnixFileMode.UserRead);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(DatabaseWriter.Run(From, To), Is.EqualTo(3));
            Assert.That(File.ReadAllText(Path.Combine(To, "db/trivy.db")), Is.EqualTo("pages"));
            Assert.That(
                File.GetUnixFileMode(Path.Combine(To, "db/trivy.db")).HasFlag(UnixFileMode.UserWrite),
                "scanners open it for writing"
            );
            Assert.That(Directory.Exists(Path.Combine(To, "lost+found")), Is.False);
        }
    }

    [Test]
    public void A_link_is_not_followed()
    {
        Put("db/metadata.json", "{}");
        File.CreateSymbolicLink(Path.Combine(From, "db/trivy.db"), "/etc/passwd");
        Assert.That(
            () => DatabaseWriter.Run(From, To),
            Throws.TypeOf<FormatException>().With.Message.Contains("trivy.db is a link")
        );
    }

    [Test]
    public void An_empty_volume_is_told() =>
        Assert.That(
            () => DatabaseWriter.Run(From, To),
            Throws.TypeOf<FormatException>().With.Message.Contains("no file")
        );

    [Test]
    public void Folders_without_end_are_not_followed()
    {
        Put(string.Join('/', Enumerable.Repeat("a", DatabaseWriter.MostLevels)) + "/file", "x");
        Assert.That(() => DatabaseWriter.Run(From, To), Throws.TypeOf<FormatException>().With.Message.Contains("deep"));
    }

    private void Put(string name, string text)
    {
        var path = Path.Combine(From, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
