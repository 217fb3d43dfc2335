namespace Operator.Tests.Builds.Steps.Kaniko;

/// <summary>Ends of logs of a real executor (osscontainertools/kaniko v1.28.3); hosts are made up.</summary>
internal static class RecordedKaniko
{
    private const string Heading = "==== ";

    private static readonly Lazy<Dictionary<string, string>> Logs = new(() =>
        File.ReadAllText(Path.Combine(Golden.Root(), "tests", "Operator.Tests", "Builds", "recorded", "kaniko.txt"))
            .Split(Heading, StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('\n', 2))
            .ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal)
    );

    public static IEnumerable<string> Names => Logs.Value.Keys;

    /// <summary>The log's end as a kubelet makes a termination message of it: its last 2,048 bytes.</summary>
    public static string Message(string name) =>
        Logs.Value[name] is { Length: > 2048 } log ? log[^2048..] : Logs.Value[name];
}
