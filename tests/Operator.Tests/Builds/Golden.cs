namespace Operator.Tests.Builds;

/// <summary>
/// Compares text with a file in <c>tests/Operator.Tests/Build/golden</c>. After a change on purpose run the
/// tests once with <c>UPDATE_GOLDEN=1</c> in the environment, which writes the files, and read the
/// difference before committing it.
/// </summary>
internal static class Golden
{
    public static void Matches(string name, string actual)
    {
        var path = Path.Combine(Root(), "tests", "Operator.Tests", "Builds", "golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        Assert.That(File.Exists(path), Is.True, $"{name} is missing; run once with UPDATE_GOLDEN=1");
        Assert.That(
            actual,
            Is.EqualTo(File.ReadAllText(path)),
            $"{name} differs; if that is meant, run once with UPDATE_GOLDEN=1"
        );
    }

    public static string Root()
    {
        var directory = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "GemmaOperator.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("no GemmaOperator.sln above the tests");
    }
}
