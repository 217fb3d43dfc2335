namespace GemmaOperator.Builds.Queue;

/// <summary>
/// Decides whose turn it is among builds that wait for a free slot. Namespaces take turns: one that floods the queue,
/// or has
/// most of the slots already, can't hold up the others. Within a namespace the oldest is first.
/// </summary>
internal static class BuildQueueOrder
{
    /// <summary>Returns the waiting builds, next one first.</summary>
    /// <param name="waiting">In any order.</param>
    /// <param name="running">Slots in use by namespace.</param>
    public static IReadOnlyList<QueuedBuild> Order(
        IEnumerable<QueuedBuild> waiting,
        IReadOnlyDictionary<string, int> running
    ) =>
        [
            .. waiting
                .GroupBy(build => build.Namespace, StringComparer.Ordinal)
                .SelectMany(own =>
                    own.OrderBy(build => build.Since)
                        .ThenBy(build => build.Name, StringComparer.Ordinal)
                        .Select((build, ahead) => (Build: build, Turn: ahead + running.GetValueOrDefault(own.Key)))
                )
                .OrderBy(entry => entry.Turn)
                .ThenBy(entry => entry.Build.Since)
                .ThenBy(entry => entry.Build.Namespace, StringComparer.Ordinal)
                .ThenBy(entry => entry.Build.Name, StringComparer.Ordinal)
                .Select(entry => entry.Build),
        ];
}
