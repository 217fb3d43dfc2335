namespace Operator.Tests.Api;

/// <summary>Files of the repository that the tests were built in.</summary>
internal static class Checkout
{
    public static string Root { get; } = FindRoot();

    public static string PathTo(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>From where the tests run: paths in the binaries are made up when a build is deterministic.</summary>
    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "GemmaOperator.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new DirectoryNotFoundException($"no GemmaOperator.sln above {AppContext.BaseDirectory}");
    }
}
