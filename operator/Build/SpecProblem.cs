namespace GemmaOperator.Build;

/// <summary>One thing wrong with what a user wrote: where, what, and what would be right.</summary>
/// <param name="Field">Path of the field, for example <c>spec.systemPackages[2]</c>; a line is given as <c>spec.requirements.inline line 4</c>.</param>
/// <param name="Problem">What is wrong, without a full stop.</param>
/// <param name="Remedy">What would be right, without a full stop.</param>
internal sealed record SpecProblem(string Field, string Problem, string Remedy)
{
    public override string ToString() => $"{Field}: {Problem}; {Remedy}";
}
