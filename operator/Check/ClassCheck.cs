namespace GemmaOperator.Check;

/// <summary>Judges classes that specs name: a pod with one that isn't there is refused.</summary>
internal static class ClassCheck
{
    /// <param name="kind">PriorityClass or RuntimeClass.</param>
    /// <param name="field">The last part of the fields that name one.</param>
    /// <param name="classes">Those that were asked for.</param>
    public static IEnumerable<CheckLine> Judge<T>(
        string kind,
        string field,
        IEnumerable<(string Name, Answer<T> Found)> classes
    )
        where T : class =>
        classes.Select(c =>
            c.Found switch
            {
                { Value: not null } => CheckLine.Ok(kind, $"{c.Name} is there"),
                { Problem: { } problem } => CheckLine.Warn(kind, problem, $"kubectl get {kind.ToLowerInvariant()}"),
                _ => CheckLine.Fail(
                    kind,
                    $"{c.Name} isn't there: pods that name it are refused",
                    $"leave {field} empty, or name one of: kubectl get {kind.ToLowerInvariant()}"
                ),
            }
        );
}
