namespace KubectlGemma.Output.JsonPath;

/// <summary>Holds one step of a path: from each value to those below it.</summary>
internal abstract record PathStep
{
    private PathStep() { }

    /// <summary>Goes to fields of these names; several make a union.</summary>
    public sealed record Fields(IReadOnlyList<string> Names) : PathStep;

    /// <summary>Goes to all that is below.</summary>
    public sealed record All : PathStep;

    /// <summary>Goes to the value and all that is in it, however deep.</summary>
    public sealed record Deep : PathStep;

    /// <summary>Goes to items by their index; negative ones count from the end.</summary>
    public sealed record Items(IReadOnlyList<int> Indexes) : PathStep;

    /// <summary>Goes to a part of a list.</summary>
    public sealed record Slice(int? From, int? To, int Step) : PathStep;

    /// <summary>
    /// Goes to the items for which a comparison holds; without an operator, those that have the path.
    /// </summary>
    public sealed record Filter(IReadOnlyList<PathStep> Left, string? Operator, Operand? Right) : PathStep;

    /// <summary>Holds what is compared with: a literal, or a path.</summary>
    public sealed record Operand(object? Literal, IReadOnlyList<PathStep>? Path);
}
