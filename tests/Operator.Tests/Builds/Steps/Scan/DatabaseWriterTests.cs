using System.Runtime.Versioning;
using GemmaOperator.Api.Words;
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
            Assert.That(DatabaseWriter.Run(ScannerKind.Trivy, From, To), Is.EqualTo(3));
            Assert.That(File.ReadAllText(Path.Combine(To, "db/trivy.db")), Is.EqualTo("pages"));
            Assert.That(
                File.GetUnixFileMode(Path.Combine(To, "db/trivy.db")).HasFlag(UnixFileMode.UserWrite),
                "scanners open it for writing"
            );
            Assert.That(Directory.Exists(Path.Combine(To, "lost+found")), Is.False);
        }
    }

    [TestCase(ScannerKind.Trivy, "db/metadata.json")]
    [TestCase(ScannerKind.Grype, "6/metadata.json")]
    [TestCase(ScannerKind.OSVScanner, "osv-scanner/PyPI/all.zip")]
    public void What_could_turn_a_verdict_unseen_is_left_behind(ScannerKind scanner, string database)
    {
        string[] others = ["config.yaml", "fanal/fanal.db", "grype/config.yaml", ".grype.yaml", "vex/index.json", "x"];
        foreach (var file in others.Append(database))
        {
            Put(file, "{}");
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That(DatabaseWriter.Run(scanner, From, To), Is.EqualTo(1));
            Assert.That(
                Directory.EnumerateFiles(To, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(To, f)),
                Is.EqualTo([database])
            );
        }
    }

    [Test]
    public void A_folder_that_is_a_link_is_not_followed()
    {
        Put("elsewhere/metadata.json", "{}");
        Directory.CreateSymbolicLink(Path.Combine(From, "db"), Path.Combine(From, "elsewhere"));
        Assert.That(
            () => DatabaseWriter.Run(ScannerKind.Trivy, From, To),
            Throws.TypeOf<FormatException>().With.Message.Contains("db is a link")
        );
    }

    [Test]
    public void A_link_is_not_followed()
    {
        Put("db/metadata.json", "{}");
        File.CreateSymbolicLink(Path.Combine(From, "db/trivy.db"), "/etc/passwd");
        Assert.That(
            () => DatabaseWriter.Run(ScannerKind.Trivy, From, To),
            Throws.TypeOf<FormatException>().With.Message.Contains("trivy.db is a link")
        );
    }

    [Test]
    public void An_empty_volume_is_told() =>
        Assert.That(
            () => DatabaseWriter.Run(ScannerKind.Trivy, From, To),
            Throws.TypeOf<FormatException>().With.Message.Contains("no file")
        );

    [TestCase(ScannerKind.Trivy, "db/a/file")]
    [TestCase(ScannerKind.Grype, "6/grype/config.yaml")]
    [TestCase(ScannerKind.OSVScanner, "osv-scanner/PyPI/a/file")]
    public void A_folder_within_a_database_is_refused(ScannerKind scanner, string file)
    {
        Put(file, "x");
        Assert.That(
            () => DatabaseWriter.Run(scanner, From, To),
            Throws.TypeOf<FormatException>().With.Message.Contains("is a folder, where")
        );
    }

    private void Put(string name, string text)
    {
        var path = Path.Combine(From, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
