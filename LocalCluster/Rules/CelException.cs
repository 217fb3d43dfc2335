namespace LocalCluster.Rules;

/// <summary>Carries what went wrong when an expression ran, in the words of cel-go.</summary>
internal sealed class CelException(string message) : Exception(message)
{
    /// <summary>Says whether a function or an operator got values that it doesn't take.</summary>
    public bool IsOverload { get; private init; }

    public static CelException NoOverload() => new("no such overload") { IsOverload = true };

    public static CelException NoKey(object? key) => new($"no such key: {CelText.Of(key)}");
}
