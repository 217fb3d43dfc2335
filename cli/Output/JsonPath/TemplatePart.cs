namespace KubectlGemma.Output.JsonPath;

/// <summary>Holds one part of a template.</summary>
internal abstract record TemplatePart
{
    private TemplatePart() { }

    public sealed record Literal(string Text) : TemplatePart;

    public sealed record Value(IReadOnlyList<PathStep> Path) : TemplatePart;

    /// <summary>Repeats its parts for each value of a path.</summary>
    public sealed record Range(IReadOnlyList<PathStep> Path, IReadOnlyList<TemplatePart> Body) : TemplatePart;
}
